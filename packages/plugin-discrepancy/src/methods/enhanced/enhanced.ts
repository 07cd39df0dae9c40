import { type MethodDefinition, defineMethod } from '@umbra/core'
import {
  enhancedFormula,
  enhancedObjective,
  enhancedOptions,
  enhancedPaper,
} from '../../shared/enhanced-objective.js'

/** Any softening with any enhancement. */
export const enhanced: MethodDefinition<typeof enhancedOptions> = defineMethod({
  id: 'enhanced',
  title: 'Enhanced soft targets',
  summary: 'Softened teacher probabilities whose wrong classes are made more distinct.',
  paper: enhancedPaper,
  formula: enhancedFormula,
  departures: [
    'The paper’s text on enhancement could not be read: `power`, `match` and `fuse` are this project’s definitions.',
    'The relations and the gap of variances are off by default.',
  ],
  options: enhancedOptions,
  objective: enhancedObjective,
})
