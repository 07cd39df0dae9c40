import { type Plugin, definePlugin } from '@umbra/core'
import { fuse } from './enhancements/fuse.js'
import { match } from './enhancements/match.js'
import { power } from './enhancements/power.js'
import { distGolden } from './golden/dist.js'
import { atsQuantitiesGolden, derivedStatsGolden, eceGolden } from './golden/measures.js'
import { classRelationsGolden, rankAgreementGolden } from './golden/relations.js'
import { dist } from './methods/dist.js'
import { discrepancyTerm, enhanced } from './methods/enhanced.js'
import { teacherRegularised } from './methods/teacher-regularised.js'
import { VERSION } from './version.js'

/** Inter-class discrepancy: enhancements, methods on relations, and the measures of dark knowledge as functions of this package. */
export const discrepancy: Plugin = definePlugin({
  name: '@umbra/plugin-discrepancy',
  version: VERSION,
  core: '^0.1.0',
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
