import { type Plugin, definePlugin } from '@umbra/core'
import { fuse } from './enhancements/fuse.js'
import { match } from './enhancements/match.js'
import { power } from './enhancements/power.js'
import { atsQuantitiesGolden } from './measures/ats-quantities.golden.js'
import { eceGolden } from './measures/calibration.golden.js'
import { derivedStatsGolden } from './measures/derived-stats.golden.js'
import { rankAgreementGolden } from './measures/rank-agreement.golden.js'
import { discrepancyTerm } from './methods/discrepancy/discrepancy.js'
import { distGolden } from './methods/dist/dist.golden.js'
import { dist } from './methods/dist/dist.js'
import { enhanced } from './methods/enhanced/enhanced.js'
import { teacherRegularised } from './methods/teacher-regularised/teacher-regularised.js'
import { classRelationsGolden } from './relations/class-relation.golden.js'
import { VERSION } from './version.js'

/** Inter-class discrepancy: enhancements, methods on relations, and the measures of dark knowledge as functions of this package. */
export const discrepancy: Plugin = definePlugin({
  name: '@umbra/plugin-discrepancy',
  version: VERSION,
  contract: 1,
  provides: [
    power,
    match,
    fuse,
    dist,
    enhanced,
    discrepancyTerm,
    teacherRegularised,
    distGolden,
    derivedStatsGolden,
    atsQuantitiesGolden,
    eceGolden,
    rankAgreementGolden,
    classRelationsGolden,
  ],
})
