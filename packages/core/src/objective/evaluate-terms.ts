import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core'
import type { DistillBatch, ModelOutputs, Objective, TensorRecord, Terms } from '../contracts/objective.js'
import { valueAt } from '../schedules/schedule.js'
import { tf } from '../tf.js'
import { checkObjective } from './check-objective.js'
import { checkTerms } from './check-terms.js'
import { entryOf } from './entry-of.js'

/** What an objective is evaluated on: outputs of networks, without the networks. */
export interface TermsInput {
  readonly student: ModelOutputs
  readonly teachers: readonly ModelOutputs[]
  /** Class of each example, int32 `[batch]`. */
  readonly labels: Tensor1D
  /** The rest of a batch, where it matters; ids are `0, 1, 2, …`, the seed is 0, and nothing else is there. */
  readonly batch?: Partial<Omit<DistillBatch, 'student' | 'teachers' | 'labels' | 'scalars'>>
  readonly variables?: TensorRecord
  readonly state?: TensorRecord
  /** Scalars by name, in place of the objective's schedules at `epoch`. */
  readonly scalars?: Readonly<Record<string, Scalar>>
  /** Training time at which schedules are read, in epochs; 0 where left out. */
  readonly epoch?: number
  /** Length of the training, in epochs; 1 where left out. */
  readonly epochs?: number
}

/** Terms, and the loss they make: `sum over terms of weight * mean(term)`. */
export interface EvaluatedTerms extends Terms {
  /** Nats. */
  readonly loss: Scalar
}

/**
 * Evaluates an objective as the trainer does, on tensors that stand for the outputs of networks. To be called within
 * `tf.tidy`; differentiable with respect to its inputs. Throws UMBRA_TERMS for what does not keep the contract of an objective.
 */
export function evaluateTerms(objective: Objective, input: TermsInput): EvaluatedTerms {
  const { student, teachers, labels, epoch = 0, epochs = 1 } = input
  checkObjective(objective, 'the objective')
  const schedules = Object.entries({ step: 0, progress: epoch / epochs, ...objective.scalars })
  const scalars = schedules.map(
    ([name, schedule]) => [name, tf.scalar(valueAt(schedule, epoch, epochs))] as const,
  )
  const result = objective.terms(
    {
      ids: tf.range(0, labels.shape[0], 1, 'int32'),
      peers: [],
      feeds: {},
      seed: tf.tensor1d([0, 0], 'int32'),
      target: { labels },
      ...input.batch,
      ...{ student, teachers, labels },
      scalars: { ...Object.fromEntries(scalars), ...input.scalars },
    },
    input.variables ?? {},
    input.state ?? {},
  )
  checkTerms(result, {
    weights: objective.weights,
    batch: labels.shape[0],
    subject: 'objective',
    ...(input.state === undefined ? {} : { state: input.state }),
  })
  const weighted = Object.entries(result.terms).map(([name, term]) => {
    const weight = entryOf(objective.weights, name, {
      code: 'UMBRA_TERMS',
      subject: `weight of term "${name}"`,
    })
    return tf.mul<Scalar>(tf.mean(term), valueAt(weight, epoch, epochs))
  })
  return { ...result, loss: tf.addN(weighted) }
}
