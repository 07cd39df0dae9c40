export { discrepancy } from './plugin.js'
export { fuse, fuseEnhanced } from './enhancements/fuse.js'
export { type MatchSearch, match, matchEnhanced, matchingGamma } from './enhancements/match.js'
export { power, powerEnhanced } from './enhancements/power.js'
export { dist } from './methods/dist/dist.js'
export { discrepancyTerm } from './methods/discrepancy/discrepancy.js'
export { enhanced } from './methods/enhanced/enhanced.js'
export {
  confidencePenalty,
  logitNorm,
  teacherRegularised,
} from './methods/teacher-regularised/teacher-regularised.js'
export { classRelations, type RelationSums, relationSums } from './relations/class-relation.js'
export { interClassRelation, intraClassRelation, rowCorrelation } from './relations/correlation.js'
export { discrepancyGap } from './relations/discrepancy.js'
export { type Decomposition, decomposeSoftCrossEntropy } from './measures/decomposition.js'
export { derivedAverage } from './measures/derived-average.js'
export { derivedStandardDeviation, derivedVariance } from './measures/derived-variance.js'
export { inherentVariance } from './measures/inherent-variance.js'
