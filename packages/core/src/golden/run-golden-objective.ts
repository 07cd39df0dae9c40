import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import type { GoldenCase } from '../contracts/golden.js'
import type { Objective, Prepared } from '../contracts/objective.js'
import { valueAt } from '../recipe/schedule.js'
import { tf } from '../tf.js'
import { goldenInput, goldenLabels } from './golden-input.js'

/** Loss, terms and gradients of an objective on one golden case. */
export interface GoldenRun {
  /** Weighted sum of the means, nats. */
  readonly loss: Scalar
  /** Mean of each term, before its weight. */
  readonly means: Readonly<Record<string, Scalar>>
  /** Mean of each term times its weight. */
  readonly weighted: Readonly<Record<string, Scalar>>
  /** Gradient of the loss with respect to `student_logits` and the variables, in the shapes of the inputs. */
  readonly grads: Readonly<Record<string, Tensor>>
}

/**
 * An objective on the case's `student_logits` and `teacher_logits`, with its schedules read at `epoch`. Inputs named in
 * `variables` stand for the variables the objective prepares. To be called within `tf.tidy`.
 */
export function runGoldenObjective(
  golden: GoldenCase,
  objective: Objective,
  { epoch = 0, variables = [] }: { readonly epoch?: number; readonly variables?: readonly string[] } = {},
): GoldenRun {
  const student = goldenInput(golden, 'student_logits') as Tensor2D
  const teacher = goldenInput(golden, 'teacher_logits') as Tensor2D
  const labels = goldenLabels(golden)
  const trained = variables.map((name) => goldenInput(golden, name))
  const [batch, classes] = student.shape
  const prepared: Prepared =
    objective.prepare?.(
      {
        batch,
        classes,
        samples: batch,
        labels: Int32Array.from(golden.labels ?? []),
        student: { logits: student.shape, taps: {} },
        teachers: [{ logits: teacher.shape, taps: {} }],
      },
      0,
      { teachers: [] },
    ) ?? {}
  const at = (schedule: Parameters<typeof valueAt>[0] | undefined) => valueAt(schedule ?? NaN, epoch, epoch)
  const scalars = Object.entries({ step: 0, progress: 0, ...objective.scalars })
  const batchOf = {
    labels,
    ids: tf.range(0, batch, 1, 'int32'),
    teachers: [{ logits: teacher, taps: {} }],
    peers: [],
    feeds: {},
    scalars: Object.fromEntries(scalars.map(([name, schedule]) => [name, tf.scalar(at(schedule))])),
    seed: tf.tensor1d([0, 0], 'int32'),
  }
  const means = (inputs: readonly Tensor[]): Record<string, Scalar> => {
    const [logits, ...values] = inputs
    const { terms } = objective.terms(
      { ...batchOf, student: { logits: logits as Tensor2D, taps: {} } },
      { ...prepared.variables, ...Object.fromEntries(variables.map((name, i) => [name, values[i]!])) },
      prepared.state ?? {},
    )
    return Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, tf.mean<Scalar>(term)]))
  }
  const weightOf = (name: string) => at(objective.weights[name])
  const total = (...inputs: Tensor[]): Scalar =>
    tf.addN(Object.entries(means(inputs)).map(([name, mean]) => tf.mul<Scalar>(mean, weightOf(name))))

  const inputs = [student, ...trained]
  const { value, grads } = tf.valueAndGrads(total)(inputs)
  const separate = means(inputs)
  return {
    loss: value,
    means: separate,
    weighted: Object.fromEntries(
      Object.entries(separate).map(([name, mean]) => [name, tf.mul(mean, weightOf(name))]),
    ),
    grads: Object.fromEntries(['student_logits', ...variables].map((name, i) => [name, grads[i]!])),
  }
}
