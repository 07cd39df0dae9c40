import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { contentHash, decodeSafetensors, encodeSafetensors, writeFile } from '@umbra/core/files'
import { UmbraError } from '@umbra/core'
import { CORE_VERSION } from '@umbra/core/trainer'
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
  const { dataset, engine, dataHash, storeDir, listen } = context
  const { count } = dataset[set]
  const classes = dataset.classes.length
  const hash = contentHash(['logits', teacher.hash, dataHash, set, engine.info.id, CORE_VERSION])
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
