export { discrepancy } from './plugin.js'
export { fuse, fuseEnhanced } from './enhancements/fuse.js'
export { type MatchSearch, match, matchEnhanced, matchingGamma } from './enhancements/match.js'
export { power, powerEnhanced } from './enhancements/power.js'
export { dist } from './methods/dist.js'
export { discrepancyTerm, enhanced } from './methods/enhanced.js'
export { confidencePenalty, logitNorm, teacherRegularised } from './methods/teacher-regularised.js'
export { classRelations, type RelationSums, relationSums } from './relations/class-relation.js'
export { interClassRelation, intraClassRelation, rowCorrelation } from './relations/correlation.js'
export { discrepancyGap } from './relations/discrepancy.js'
export {
  type Calibration,
  type CalibrationBin,
  type Confidence,
  calibration,
  confidenceOf,
} from './measures/calibration.js'
export { type Decomposition, decomposeSoftCrossEntropy } from './measures/decomposition.js'
export { derivedAverage } from './measures/derived-average.js'
export { derivedStandardDeviation, derivedVariance } from './measures/derived-variance.js'
export { inherentVariance } from './measures/inherent-variance.js'
export {
  type MeanRankAgreement,
  type RankAgreement,
  type RankAgreementOptions,
  meanRankAgreement,
  rankAgreement,
} from './measures/rank-agreement.js'
export { type Ranking, rank } from './measures/ranking.js'
export {
  averageRanks,
  kendallTauB,
  kendallTauBOf,
  spearman,
  spearmanOf,
  topOverlap,
  topOverlapOf,
} from './measures/rank-statistics.js'
export { linearCka, matrixCosine, relationAgreement } from './measures/relation-similarity.js'
export {
  type AffinityAgreement,
  type AffinitySide,
  type PermutedAgreement,
  affinityAgreement,
  permutedAgreement,
} from './measures/affinity-agreement.js'
export { type DarkKnowledge, TEMPERATURE_AXIS, darkKnowledge } from './measures/dark-knowledge.js'
export { type LogitTable, checkLogitTable } from './measures/logit-table.js'
export { type LossDecomposition, lossDecomposition } from './measures/loss-decomposition.js'
export { relationMatrix } from './measures/relation-matrix.js'
export { type SampleMeasures, sampleMeasures } from './measures/sample-measures.js'
export { type Reliability, tableCalibration } from './measures/table-calibration.js'
