import { type Plugin, definePlugin } from '@umbra/core'
import { atsGolden } from './methods/ats/ats.golden.js'
import { ats } from './methods/ats/ats.js'
import { ctkdDkdGolden, ctkdGolden } from './methods/ctkd/ctkd.golden.js'
import { ctkd } from './methods/ctkd/ctkd.js'
import { dkdGolden, dkdWholeGolden } from './methods/dkd/dkd.golden.js'
import { dkd } from './methods/dkd/dkd.js'
import { isatsGolden } from './methods/isats/isats.golden.js'
import { isats } from './methods/isats/isats.js'
import { kdGolden } from './methods/kd/kd.golden.js'
import { kd } from './methods/kd/kd.js'
import {
  standardisedDkdGolden,
  standardisedKdGolden,
} from './methods/logit-standardisation/logit-standardisation.golden.js'
import { logitStandardisation } from './methods/logit-standardisation/logit-standardisation.js'
import { mlkdGolden } from './methods/mlkd/mlkd.golden.js'
import { mlkd } from './methods/mlkd/mlkd.js'
import { nkd } from './methods/nkd/nkd.js'
import { skd } from './methods/skd/skd.js'
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
  contract: 1,
  provides: [
    ...[shared, atsSoftening, isatsSoftening, logitStandardisationSoftening, sphericalSoftening],
    ...[kd, ats, isats, ctkd, logitStandardisation, skd, dkd, nkd, mlkd],
    ...[kdGolden, atsGolden, isatsGolden, ctkdGolden, ctkdDkdGolden, dkdGolden, dkdWholeGolden],
    ...[standardisedKdGolden, standardisedDkdGolden, mlkdGolden],
  ],
})
