import type { Objective } from '../contracts/objective.js'
import { objective } from './objective.js'
import { labelLoss } from '../losses/label-loss.js'

/** Plain training on labels, one term `ce`: how teachers are trained. */
export const crossEntropyObjective = (): Objective =>
  objective({
    weights: { ce: 1 },
    terms: ({ student, target }) => ({ ce: labelLoss(student.logits, target) }),
  })
