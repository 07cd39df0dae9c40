import { type Plugin, definePlugin } from '@umbra/core'
import { power } from './enhancements/power.js'
import { VERSION } from './version.js'

/** Inter-class discrepancy: enhancement `power`. The measures of dark knowledge are functions of this package. */
export const discrepancy: Plugin = definePlugin({
  name: '@umbra/plugin-discrepancy',
  version: VERSION,
  core: '^0.1.0',
  provides: [power],
})
