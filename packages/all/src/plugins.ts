import type { Plugin } from '@umbra/core'
import { baselines } from '@umbra/plugin-baselines'
import { discrepancy } from '@umbra/plugin-discrepancy'
import { live } from '@umbra/plugin-live'
import { multiteacher } from '@umbra/plugin-multiteacher'
import { softening } from '@umbra/plugin-softening'
import { training } from '@umbra/plugin-training'
import { vision } from '@umbra/plugin-vision'

/** Every plugin that comes with Umbra. */
export const plugins: readonly Plugin[] = Object.freeze([
  baselines,
  discrepancy,
  live,
  multiteacher,
  softening,
  training,
  vision,
])
