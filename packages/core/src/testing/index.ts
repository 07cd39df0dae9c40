export { type ObjectiveCase, type ObjectiveResult, evaluateObjective } from './evaluate-objective.js'
export { noParts } from './no-parts.js'
export type { GoldenComparison } from '../golden/compare-golden.js'
export { type GoldenVerdict, evaluateGolden } from '../golden/evaluate-golden.js'
