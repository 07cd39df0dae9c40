import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { ImageSet, Normalisation } from '../contracts/dataset.js'
import type { CompiledStep, Engine, TeacherPrecision } from '../contracts/engine.js'
import type { Evaluation } from '../contracts/events.js'
import { createNormaliser } from '../data/normaliser.js'
import { applyInSlices } from '../model/apply-in-slices.js'
import type { TappedModel } from '../model/tapped-model.js'
import { scoped } from '../util/scoped.js'
import { tf } from '../tf.js'

/** Evaluates one model on whole sets, as often as needed. */
export interface Evaluator {
  readonly evaluate: (set: ImageSet, signal?: AbortSignal) => Promise<Evaluation>
  readonly dispose: () => void
}

/** What an evaluator works with. */
export interface EvaluatorOptions {
  readonly engine: Engine
  readonly shape: readonly [number, number, number]
  readonly normalisation: Normalisation
  /** Images at a time, the same for every set: rounding depends on it. 250 when left out. */
  readonly batch?: number
  /** Evaluates a frozen teacher, in this precision where the engine has it; its weights must not change afterwards. */
  readonly teacher?: { readonly weights: readonly Tensor[]; readonly precision: TeacherPrecision }
}

/** Images at a time, where no set is smaller. */
export const EVALUATION_BATCH = 250

/**
 * Counts of right answers and summed cross-entropy: `[top1, top5, loss]` over the examples with weight 1.
 *
 * The rank of the labelled class is the number of other classes whose logit is not smaller, so a tie counts as wrong and
 * a row with NaN is never right.
 */
export function countRight(logits: Tensor2D, labels: Tensor1D, weight: Tensor1D): Tensor1D {
  const classes = logits.shape[1]
  const oneHot = tf.cast(tf.oneHot(labels, classes), 'float32')
  const labelled = tf.sum(tf.mul(logits, oneHot), 1, true)
  const rank = tf.sub(tf.sum(tf.cast(tf.greaterEqual(logits, labelled), 'float32'), 1), 1)
  const within = (k: number): Tensor =>
    tf.sum(tf.mul(weight, tf.cast(tf.logicalAnd(tf.greaterEqual(rank, 0), tf.less(rank, k)), 'float32')))
  const loss = tf.sum(tf.mul(weight, tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), oneHot), 1))))
  return tf.stack([within(1), within(5), loss]) as Tensor1D
}

/** An evaluator of one model: top-1 and top-5 accuracy, 0 to 1, and the mean cross-entropy in nats, over a whole set. */
export function createEvaluator(model: TappedModel, options: EvaluatorOptions): Evaluator {
  const { engine, shape, batch = EVALUATION_BATCH } = options
  const normaliser = createNormaliser(options.normalisation)
  const size = shape[0] * shape[1] * shape[2]
  const step = (inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> => {
    // `evaluate` always hands in images, labels and weight.
    const images = normaliser.apply(inputs.images!)
    const { logits } = scoped(options.teacher === undefined ? 'student' : 'teacher evaluated', () =>
      applyInSlices(model, images, engine.slices),
    )
    return { counts: countRight(logits, inputs.labels as Tensor1D, inputs.weight as Tensor1D) }
  }
  const { teacher } = options
  const frozen = teacher && { constants: teacher.weights, teacherPrecision: teacher.precision }
  const spec = { name: 'evaluate', ...frozen }
  let compiled: CompiledStep | undefined
  return {
    evaluate: async (set, signal) => {
      compiled ??= engine.compile(step, spec)
      compiled.push()
      const sums = [0, 0, 0]
      for (let from = 0; from < set.count; from += batch) {
        // Every call has the same shapes: the last one is filled up with examples of weight 0.
        const count = Math.min(batch, set.count - from)
        const images = new Uint8Array(batch * size)
        images.set(set.images.subarray(from * size, (from + count) * size))
        const labels = new Int32Array(batch)
        labels.set(set.labels.subarray(from, from + count))
        const weight = new Float32Array(batch).fill(1, 0, count)
        const inputs = {
          images: tf.tensor(images, [batch, ...shape], 'int32'),
          labels: tf.tensor1d(labels, 'int32'),
          weight: tf.tensor1d(weight),
        }
        const { counts } = compiled.run(inputs)
        // `step` returns counts, three numbers.
        for (const [i, value] of (await counts!.data()).entries()) sums[i]! += value
        tf.dispose([inputs, counts!])
        await new Promise(setImmediate)
        signal?.throwIfAborted()
      }
      const [top1, top5, loss] = sums.map((sum) => sum / set.count) as [number, number, number]
      return { top1, top5, loss, samples: set.count }
    },
    dispose: () => {
      compiled?.dispose()
      normaliser.dispose()
    },
  }
}
