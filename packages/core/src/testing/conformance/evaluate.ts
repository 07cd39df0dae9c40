import type { Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core'
import type { DistillBatch, ModelOutputs } from '../../contracts/objective.js'
import { tf } from '../../tf.js'
import { scoped } from '../../util/scoped.js'
import { fromTensor, mapRecord, type NumbersRecord, type Numbers, toTensor, toTensors } from './numbers.js'
import type { OutputNumbers, Probe, ProbeBatch } from './probe.js'

export interface EvaluateOptions {
  /** Factor of each term's mean in the total; 1 where left out. */
  readonly weights?: Readonly<Record<string, number>>
  readonly scalars?: Readonly<Record<string, number>>
  readonly variables?: NumbersRecord
  readonly gradients?: boolean
}

export interface Evaluated {
  /** Each term, `[batch]`. */
  readonly terms: Readonly<Record<string, readonly number[]>>
  /** Sum over terms of weight times mean. */
  readonly total: number
  /** Of the total, by what it is the gradient of (`student.logits`, `student.taps.stage1`, `variable.kernel0`). */
  readonly gradients: Readonly<Record<string, readonly number[]>>
  /** Returned by the terms. */
  readonly state: NumbersRecord | undefined
  /** What the terms left in the state they were given. */
  readonly stateAfter: NumbersRecord
}

/** Evaluates the terms as the trainer does, on plain numbers, and leaves nothing behind that is not the terms' own doing. */
export function evaluate(probe: Probe, batch: ProbeBatch, options: EvaluateOptions = {}): Evaluated {
  const { objective } = probe
  const made: Variable[] = []
  const watched: Record<string, Variable> = {}
  const variable = (numbers: Numbers, path?: string): Variable => {
    const initial = toTensor(numbers)
    const result = tf.variable(initial, path !== undefined)
    initial.dispose()
    made.push(result)
    if (path !== undefined) watched[path] = result
    return result
  }
  const outputs = ({ logits, taps }: OutputNumbers, path: string): ModelOutputs => ({
    logits: variable(logits, `${path}.logits`) as Tensor as Tensor2D,
    taps: mapRecord(taps, (tap, name) => variable(tap, `${path}.taps.${name}`)),
  })
  try {
    return scoped('conformance', () => {
      const student = outputs(batch.student, 'student')
      const peers = batch.peers.map((peer, i) => outputs(peer, `peer-${i}`))
      const variables = mapRecord(options.variables ?? probe.variables, (value, name) =>
        variable(value, `variable.${name}`),
      )
      const state = mapRecord(probe.state, (value) => variable(value))
      const scalars = { step: 1, progress: 0.5, ...probe.scalars, ...options.scalars }
      const labels = tf.tensor1d([...batch.labels], 'int32')
      const input: DistillBatch = {
        labels,
        target: { labels },
        ids: tf.tensor1d([...batch.ids], 'int32'),
        student,
        teachers: batch.teachers.map(({ logits, taps }) => ({
          logits: toTensor(logits) as Tensor2D,
          taps: toTensors(taps),
        })),
        peers,
        feeds: mapRecord(batch.feeds, ({ shape, data }) =>
          toTensor({ shape, data, dtype: data instanceof Int32Array ? 'int32' : 'float32' }),
        ),
        scalars: mapRecord(scalars, (value) => tf.scalar(value)),
        seed: tf.tensor1d([5, 1], 'int32'),
      }
      let terms: Record<string, readonly number[]> = {}
      let next: NumbersRecord | undefined
      // Gives every evaluation something to differentiate, so that a loss without any gradient is seen as that.
      const nothing = variable({ shape: [], data: [0] }, '')
      const total = (): Scalar => {
        const result = objective.terms(input, variables, state)
        terms = mapRecord(result.terms, (term) => fromTensor(term).data as readonly number[])
        next = result.state && mapRecord(result.state, fromTensor)
        return tf.addN<Scalar>([
          tf.mul<Scalar>(nothing, 0),
          ...Object.entries<Tensor1D>(result.terms).map(([name, term]) =>
            tf.mul<Scalar>(tf.mean(term), options.weights?.[name] ?? 1),
          ),
        ])
      }
      const { value, gradients } = options.gradients === true ? withGradients(total, watched) : plain(total)
      return { terms, total: value, gradients, state: next, stateAfter: mapRecord(state, fromTensor) }
    })
  } finally {
    for (const one of made) one.dispose()
  }
}

const plain = (total: () => Scalar) => ({ value: total().arraySync(), gradients: {} })

function withGradients(total: () => Scalar, watched: Readonly<Record<string, Variable>>) {
  const { value, grads } = tf.variableGrads(total, Object.values(watched))
  // Nothing where no gradient arrives is 0, as it is for the optimiser.
  const gradients = mapRecord(watched, ({ name, size }): readonly number[] => {
    const gradient = grads[name]
    return gradient === undefined ? new Array<number>(size).fill(0) : [...gradient.dataSync()]
  })
  delete gradients['']
  return { value: value.arraySync(), gradients }
}
