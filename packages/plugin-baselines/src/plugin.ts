import { type Plugin, definePlugin } from '@umbra/core'
import { ce } from './methods/ce.js'
import { VERSION } from './version.js'

/** Baseline methods: `ce`. */
export const baselines: Plugin = definePlugin({
  name: '@umbra/plugin-baselines',
  version: VERSION,
  core: '^0.1.0',
  provides: [ce],
})
