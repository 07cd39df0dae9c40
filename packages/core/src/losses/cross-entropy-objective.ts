import type { Objective } from '../contracts/objective.js'
import { tf } from '../tf.js'
import { crossEntropy } from './cross-entropy.js'

/** Plain training on labels, one term `ce`: how teachers are trained. */
export const crossEntropyObjective = (): Objective => ({
  weights: { ce: 1 },
  terms: ({ student, labels }) => ({ terms: { ce: crossEntropy(tf.logSoftmax(student.logits), labels) } }),
})
