import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import type { GoldenCase } from '../contracts/golden.js'
import type { Objective, Prepared } from '../contracts/objective.js'
import { type EvaluatedTerms, evaluateTerms } from '../objective/evaluate-terms.js'
import { valueAt } from '../recipe/schedule.js'
import { tf } from '../tf.js'
import { goldenInput, goldenLabels } from './golden-input.js'

/** What an objective gives for a golden case. */
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
  const evaluate = (inputs: readonly Tensor[]): EvaluatedTerms => {
    // The logits, then one value for each variable.
    const [logits, ...values] = inputs
    return evaluateTerms(objective, {
      student: { logits: logits as Tensor2D, taps: {} },
      teachers: [{ logits: teacher, taps: {} }],
      labels,
      variables: {
        ...prepared.variables,
        ...Object.fromEntries(variables.map((name, i) => [name, values[i]!])),
      },
      ...(prepared.state === undefined ? {} : { state: prepared.state }),
      ...{ epoch, epochs: Math.max(1, epoch) },
    })
  }
  const total = (...inputs: Tensor[]): Scalar => evaluate(inputs).loss

  const inputs = [student, ...trained]
  // One gradient for each input, in their order.
  const { value, grads } = tf.valueAndGrads(total)(inputs)
  const means = Object.entries(evaluate(inputs).terms).map(
    ([name, term]) => [name, tf.mean<Scalar>(term)] as const,
  )
  const weightOf = (name: string): number =>
    valueAt(objective.weights[name] ?? NaN, epoch, Math.max(1, epoch))
  return {
    loss: value,
    means: Object.fromEntries(means),
    weighted: Object.fromEntries(means.map(([name, mean]) => [name, tf.mul(mean, weightOf(name))])),
    grads: Object.fromEntries(['student_logits', ...variables].map((name, i) => [name, grads[i]!])),
  }
}
