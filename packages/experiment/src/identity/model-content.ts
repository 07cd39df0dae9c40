import { isRecord, modelOperations } from '@umbra/core/trainer'
import { type Hash, createHash } from 'node:crypto'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { tf } from '@umbra/core'
import { canonicalJson } from '@umbra/core/files'

/**
 * Hash of a model as built: its topology, the values of its weights, and what layers of its own record. Layers count by their place, not by their names, which
 * tfjs may number across the whole process.
 */
export async function modelContent(model: LayersModel): Promise<string> {
  const hash = topologyHash(model)
  for (const weight of model.weights) {
    const value = weight.read()
    addValues(hash, value, await value.data())
  }
  return hash.digest('hex').slice(0, 16)
}

/** The same, without waiting. Throws where values cannot be read at once. */
export function modelContentNow(model: LayersModel): string {
  const hash = topologyHash(model)
  for (const weight of model.weights) {
    const value = weight.read()
    addValues(hash, value, value.dataSync())
  }
  return hash.digest('hex').slice(0, 16)
}

function topologyHash(model: LayersModel): Hash {
  const topology: unknown = model.toJSON(undefined, false)
  const hash = createHash('sha256').update(canonicalJson(renamed(topology, namesIn(topology))))
  const operations = modelOperations(model)
  return operations === undefined ? hash : hash.update(operations)
}

function addValues(hash: Hash, { shape, dtype }: tf.Tensor, values: tf.TypedArray): void {
  hash.update(canonicalJson([shape, dtype]))
  hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
}

/** The names of a model and of its layers, in the order of its topology. */
function namesIn(topology: unknown, names = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(topology)) for (const item of topology) namesIn(item, names)
  else if (isRecord(topology)) {
    const { name } = topology
    if (typeof name === 'string' && !names.has(name)) names.set(name, `#${names.size}`)
    for (const key of Object.keys(topology).sort()) namesIn(topology[key], names)
  }
  return names
}

function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return names.get(value) ?? value
  if (Array.isArray(value)) return value.map((item) => renamed(item, names))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item, names)]))
}
