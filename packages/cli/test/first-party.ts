import type { Plugin } from '@umbra/core'
import { baselines } from '@umbra/plugin-baselines'
import { discrepancy } from '@umbra/plugin-discrepancy'
import { live } from '@umbra/plugin-live'
import { multiteacher } from '@umbra/plugin-multiteacher'
import { softening } from '@umbra/plugin-softening'
import { training } from '@umbra/plugin-training'
import { vision } from '@umbra/plugin-vision'

/** The plugins that come with Umbra. */
export const PLUGINS: readonly Plugin[] = [
  baselines,
  softening,
  discrepancy,
  multiteacher,
  vision,
  live,
  training,
]
