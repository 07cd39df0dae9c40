import { join } from 'node:path'
import { contentHash, decodeSafetensors, encodeSafetensors } from '@umbra/core/files'
import { type ImageSet, UmbraError, namedWeights, tf } from '@umbra/core'
import {
  CORE_VERSION,
  EVALUATION_BATCH as BATCH,
  applyInSlices,
  createNormaliser,
  tapModel,
} from '@umbra/core/trainer'
import { moveAside, readArtefact, writeArtefact } from '../store/artefact.js'
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
  const { dataset, engine, dataHash, storeDir, listen, run } = context
  const { count } = dataset[set]
  const classes = dataset.classes.length
  const hash = contentHash(['logits', teacher.hash, dataHash, set, engine.info.id, CORE_VERSION])
  const file = join(storeDir, 'logits', `${hash}.safetensors`)
  const stored = readStored(file, { count, classes, of: teacher.sha256 }, context)
  if (stored !== undefined) return stored
  listen({ type: 'notice', text: `logits of ${teacher.label} on ${count} ${set} images` })
  const logits = await computeLogits(teacher, dataset[set], context)
  const tensor = { dtype: 'float32' as const, shape: [count, classes], data: logits }
  await writeArtefact(file, encodeSafetensors(new Map([['logits', tensor]])), {
    ...{ kind: 'logits', label: `${teacher.label}, ${set} set`, of: teacher.sha256 },
    ...(run === undefined ? {} : { run }),
  })
  return logits
}

/** Undefined where there are none, they are damaged, or they were computed with other weights. */
function readStored(
  file: string,
  { count, classes, of }: { readonly count: number; readonly classes: number; readonly of: string },
  { listen }: MeasureContext,
): Float32Array | undefined {
  const stored = readArtefact(file)
  if (stored.is === 'damaged') {
    listen({ type: 'notice', text: `${stored.path} is damaged (${stored.problem}); it is computed again` })
    moveAside(stored.path)
  }
  if (stored.is !== 'intact' || stored.note.of !== of) return undefined
  const tensor = decodeSafetensors(stored.bytes, file).get('logits')
  const fits = tensor?.shape.join() === [count, classes].join()
  return fits && tensor.data instanceof Float32Array ? tensor.data : undefined
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
