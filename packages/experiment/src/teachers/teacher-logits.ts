import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { contentHash, decodeSafetensors, encodeSafetensors, writeFile } from '@umbra/core/files'
import { type ImageSet, UmbraError, namedWeights, tf } from '@umbra/core'
import { EVALUATION_BATCH as BATCH, applyInSlices, createNormaliser, tapModel } from '@umbra/core/trainer'
import type { MeasureContext } from './measure.js'
import type { ReadyTeacher } from './train-once.js'

/**
 * Raw logits of a teacher on a set, row-major `[samples, classes]`, with its own normalisation, in float32 and without
 * augmentation: computed once on the engine, then read from the store by a hash of everything that determines them. A
 * damaged file is computed again.
 *
 * Throws UMBRA_INTERRUPTED on abort.
 */
export async function teacherLogits(
  teacher: ReadyTeacher,
  set: 'train' | 'test',
  context: MeasureContext,
): Promise<Float32Array> {
  const { dataset, engine, identities, storeDir, listen } = context
  const { count } = dataset[set]
  const classes = dataset.classes.length
  const { id, compiled = false } = engine.info
  const images = set === 'train' ? context.dataHash : context.testHash()
  const hash = contentHash(['logits', teacher.hash, images, set, id, compiled, identities.services()])
  const file = join(storeDir, 'logits', `${hash}.safetensors`)
  const stored = readStored(file, count, classes)
  if (stored !== undefined) return stored
  listen({ type: 'notice', text: `logits of ${teacher.label} on ${count} ${set} images` })
  const logits = await computeLogits(teacher, dataset[set], context)
  const tensor = { dtype: 'float32' as const, shape: [count, classes], data: logits }
  await writeFile(file, encodeSafetensors(new Map([['logits', tensor]])))
  return logits
}

function readStored(file: string, count: number, classes: number): Float32Array | undefined {
  try {
    const tensor = decodeSafetensors(readFileSync(file), file).get('logits')
    const fits = tensor?.shape.join() === [count, classes].join()
    return fits && tensor.data instanceof Float32Array ? tensor.data : undefined
  } catch (error) {
    if (error instanceof UmbraError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function computeLogits(
  { model, aliases, label, normalisation }: ReadyTeacher,
  set: ImageSet,
  { engine, dataset, signal }: MeasureContext,
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
    { name: 'logits', constants: [...namedWeights(model).values()].map((weight) => weight.read()) },
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
