import { join } from 'node:path'
import { contentHash, decodeSafetensors, encodeSafetensors, writeFile } from '@umbra/core/files'
import { userMark } from '../store/store-contents.js'
import { moveAside, readArtefact, writeArtefact } from '../store/artefact.js'
import { checkOwnFolder } from '../store/own-folder.js'
import { computeLogits } from './compute-logits.js'
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
  const { dataset, engine, identities, storeDir, listen, run } = context
  const { count } = dataset[set]
  const classes = dataset.classes.length
  const { id, compiled = false } = engine.info
  const images = set === 'train' ? context.dataHash : context.testHash()
  const hash = contentHash(['logits', teacher.hash, images, set, id, compiled, identities.services()])
  const folder = join(storeDir, 'logits')
  checkOwnFolder(folder)
  const file = join(folder, `${hash}.safetensors`)
  if (run !== undefined) {
    checkOwnFolder(join(folder, hash))
    checkOwnFolder(join(folder, hash, 'used-by'))
    await writeFile(userMark(join(folder, hash), run), '')
  }
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
