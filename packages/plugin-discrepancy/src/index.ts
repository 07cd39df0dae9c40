export { discrepancy } from './plugin.js'
export { power, powerEnhanced } from './enhancements/power.js'
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
