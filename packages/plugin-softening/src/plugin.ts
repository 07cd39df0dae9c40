import { type Plugin, definePlugin } from '@umbra/core'
import { ats } from './methods/ats.js'
import { kd } from './methods/kd.js'
import { atsSoftening } from './softenings/ats.js'
import { shared } from './softenings/shared.js'
import { VERSION } from './version.js'

/** Softened teacher targets: softenings `shared` and `ats`, methods `kd` and `ats`. */
export const softening: Plugin = definePlugin({
  name: '@umbra/plugin-softening',
  version: VERSION,
  core: '^0.1.0',
  provides: [shared, atsSoftening, kd, ats],
})
