export {
  type Calibration,
  type CalibrationBin,
  type Confidence,
  calibration,
  confidenceOf,
} from './calibration.js'
export {
  type MeanRankAgreement,
  type RankAgreement,
  type RankAgreementOptions,
  meanRankAgreement,
  rankAgreement,
} from './rank-agreement.js'
export { type Ranking, rank } from './ranking.js'
export {
  averageRanks,
  kendallTauB,
  kendallTauBOf,
  spearman,
  spearmanOf,
  topOverlap,
  topOverlapOf,
} from './rank-statistics.js'
export { linearCka, matrixCosine, relationAgreement } from './relation-similarity.js'
export {
  type AffinityAgreement,
  type AffinitySide,
  type PermutedAgreement,
  affinityAgreement,
  permutedAgreement,
} from './affinity-agreement.js'
export { type DarkKnowledge, TEMPERATURE_AXIS, darkKnowledge } from './dark-knowledge.js'
export { type LogitTable, checkLogitTable } from './logit-table.js'
export { type LossDecomposition, lossDecomposition } from './loss-decomposition.js'
export { relationMatrix } from './relation-matrix.js'
export { type SampleMeasures, sampleMeasures } from './sample-measures.js'
export { type Reliability, tableCalibration } from './table-calibration.js'
