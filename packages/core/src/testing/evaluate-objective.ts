import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { Objective } from '../contracts/objective.js'
import { evaluateTerms } from '../objective/evaluate-terms.js'
import { tf } from '../tf.js'

/** A batch as plain numbers. */
export interface ObjectiveCase {
  /** `[batch][classes]` */
  readonly student: readonly (readonly number[])[]
  /** One `[batch][classes]` for each teacher. */
  readonly teachers: readonly (readonly (readonly number[])[])[]
  /** `[batch]` */
  readonly labels: readonly number[]
  /** Training time at which schedules are read, in epochs of `epochs`. */
  readonly epoch?: number
  readonly epochs?: number
}

export interface ObjectiveResult {
  /** `sum over terms of weight * mean(term)`, nats. */
  readonly loss: number
  /** Each term before its weight, `[batch]`. */
  readonly terms: Readonly<Record<string, readonly number[]>>
  /** d loss / d student logits, `[batch * classes]`, row-major. */
  readonly gradient: readonly number[]
}

/**
 * Evaluates an objective that looks at logits alone, as the trainer would, with the gradient of the student's logits.
 *
 * Leaves no tensor behind. Runs on the current backend.
 */
export function evaluateObjective(objective: Objective, input: ObjectiveCase): ObjectiveResult {
  const { epoch = 0, epochs = 1 } = input
  const results = tf.tidy(() => {
    const student = matrix(input.student)
    const teachers = input.teachers.map(matrix)
    const shapes = (logits: Tensor2D) => ({ logits: logits.shape, taps: {} })
    const prepared = objective.prepare?.(
      {
        batch: student.shape[0],
        classes: student.shape[1],
        samples: student.shape[0],
        labels: Int32Array.from(input.labels),
        student: shapes(student),
        teachers: teachers.map(shapes),
      },
      0,
      { teachers: [] },
    )
    const labels = tf.tensor1d([...input.labels], 'int32')
    let terms: Readonly<Record<string, Tensor1D>> = {}
    const total = (logits: Tensor2D): Scalar => {
      const evaluated = evaluateTerms(objective, {
        student: { logits, taps: {} },
        teachers: teachers.map((teacher) => ({ logits: teacher, taps: {} })),
        labels,
        ...prepared,
        ...{ epoch, epochs },
      })
      terms = evaluated.terms
      for (const term of Object.values(terms)) tf.keep(term)
      return evaluated.loss
    }
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => total(x as Tensor2D))(student)
    const read = (t: tf.Tensor) => [...t.dataSync()]
    const numbers = Object.entries(terms).map(([name, term]) => ({ name, values: read(term) }))
    for (const term of Object.values(terms)) term.dispose()
    return { loss: read(value), gradient: read(grad), numbers }
  })
  return {
    loss: results.loss[0] ?? Number.NaN,
    gradient: results.gradient,
    terms: Object.fromEntries(results.numbers.map(({ name, values }) => [name, values])),
  }
}

const matrix = (rows: readonly (readonly number[])[]): Tensor2D => tf.tensor2d(rows.map((row) => [...row]))
