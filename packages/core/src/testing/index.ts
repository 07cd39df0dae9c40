export { type ObjectiveCase, type ObjectiveResult, evaluateObjective } from './evaluate-objective.js'
export { noParts } from './no-parts.js'
