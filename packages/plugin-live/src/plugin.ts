import { type Plugin, definePlugin } from '@umbra/core'
import { live as liveSink } from './curves/live.js'
import { tensorboard } from './tensorboard/tensorboard.js'
import { VERSION } from './version.js'

/** Sinks that are on by default: TensorBoard event files, and the curves `umbra watch` draws. */
export const live: Plugin = definePlugin({
  name: '@umbra/plugin-live',
  version: VERSION,
  contract: 1,
  provides: [tensorboard, liveSink],
})
