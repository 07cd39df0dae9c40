import { type Plugin, definePlugin } from '@umbra/core'
import * as golden from './golden/index.js'
import { ats } from './methods/ats.js'
import { ctkd } from './methods/ctkd.js'
import { dkd } from './methods/dkd.js'
import { isats } from './methods/isats.js'
import { kd } from './methods/kd.js'
import { logitStandardisation } from './methods/logit-standardisation.js'
import { mlkd } from './methods/mlkd.js'
import { nkd } from './methods/nkd.js'
import { skd } from './methods/skd.js'
import { atsSoftening } from './softenings/ats.js'
import { isatsSoftening } from './softenings/isats.js'
import { logitStandardisationSoftening } from './softenings/logit-standardisation.js'
import { shared } from './softenings/shared.js'
import { sphericalSoftening } from './softenings/spherical.js'
import { VERSION } from './version.js'

/** Softened teacher targets, and the methods that compare a student with them; golden numbers for both. */
export const softening: Plugin = definePlugin({
  name: '@umbra/plugin-softening',
  version: VERSION,
  core: '^0.1.0',
  provides: [
    ...[shared, atsSoftening, isatsSoftening, logitStandardisationSoftening, sphericalSoftening],
    ...[kd, ats, isats, ctkd, logitStandardisation, skd, dkd, nkd, mlkd],
    ...Object.values(golden),
  ],
})
