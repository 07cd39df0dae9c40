import { type MethodDefinition, defineMethod, z } from '@umbra/core'
import {
  enhancedFormula,
  enhancedObjective,
  enhancedOptions,
  enhancedPaper,
  optionalWeight,
} from '../../shared/enhanced-objective.js'

const options = z.strictObject({
  ...enhancedOptions.shape,
  softening: enhancedOptions.shape.softening.default('shared'),
  enhancement: enhancedOptions.shape.enhancement.default('none'),
  discrepancyWeight: optionalWeight(0.1, 'the squared gap of the log inherent variances'),
})

/** Soft targets and the discrepancy term. */
export const discrepancyTerm: MethodDefinition<typeof options> = defineMethod({
  id: 'discrepancy',
  title: 'Soft targets with a discrepancy term',
  summary: 'The student matches the soft targets, and its wrong classes are as spread out as the target’s.',
  paper: enhancedPaper,
  formula: enhancedFormula,
  departures: ['The discrepancy term is this project’s definition; its weight 0.1 is a first guess.'],
  options,
  objective: enhancedObjective,
})
