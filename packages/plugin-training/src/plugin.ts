import { type Plugin, definePlugin } from '@umbra/core'
import { earlyStopping } from './early-stopping.js'
import { ema } from './ema.js'
import { VERSION } from './version.js'

/** Hooks for configurations: `ema` and `early-stopping`. */
export const training: Plugin = definePlugin({
  name: '@umbra/plugin-training',
  version: VERSION,
  contract: 1,
  provides: [ema, earlyStopping],
})
