import { type ImageSet, UmbraError, namedWeights, tf } from '@umbra/core'
import { EVALUATION_BATCH as BATCH, applyInSlices, createNormaliser, tapModel } from '@umbra/core/trainer'
import type { MeasureContext } from './measure.js'
import type { ReadyTeacher } from './train-once.js'

/**
 * Raw logits of a network on a set, row-major `[samples, classes]`, with its own normalisation. Weights that are `frozen` may be folded into
 * each other, which rounds otherwise than in training. Throws UMBRA_INTERRUPTED on abort.
 */
export async function computeLogits(
  { model, aliases, label, normalisation }: Omit<ReadyTeacher, 'hash' | 'sha256'>,
  set: ImageSet,
  { engine, dataset, signal }: Pick<MeasureContext, 'engine' | 'dataset' | 'signal'>,
  { frozen = true }: { readonly frozen?: boolean } = {},
): Promise<Float32Array> {
  const classes = dataset.classes.length
  const size = dataset.shape.reduce((a, b) => a * b, 1)
  const tapped = tapModel(model, [], aliases, `teacher "${label}"`)
  const normaliser = createNormaliser(normalisation)
  const compiled = engine.compile(
    ({ images }) => ({
      logits: tf.tidy(
        'teacher measured',
        () => applyInSlices(tapped, normaliser.apply(images!), engine.slices).logits,
      ),
    }),
    {
      name: 'logits',
      ...(frozen ? { constants: [...namedWeights(model).values()].map((weight) => weight.read()) } : {}),
    },
  )
  try {
    compiled.push()
    const out = new Float32Array(set.count * classes)
    for (let from = 0; from < set.count; from += BATCH) {
      if (signal.aborted)
        throw new UmbraError('UMBRA_INTERRUPTED', { subject: `logits of ${label}`, cause: signal.reason })
      // Every call has the same shapes: the last batch is padded, and its extra rows are not read.
      const count = Math.min(BATCH, set.count - from)
      const bytes = new Uint8Array(BATCH * size)
      bytes.set(set.images.subarray(from * size, (from + count) * size))
      const images = tf.tensor(bytes, [BATCH, ...dataset.shape], 'int32')
      const { logits } = compiled.run({ images })
      out.set((logits!.dataSync() as Float32Array).subarray(0, count * classes), from * classes)
      tf.dispose([images, logits!])
      await new Promise(setImmediate)
    }
    return out
  } finally {
    compiled.dispose()
    normaliser.dispose()
  }
}
