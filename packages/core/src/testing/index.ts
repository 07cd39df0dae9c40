export { type ObjectiveCase, type ObjectiveResult, evaluateObjective } from './evaluate-objective.js'
