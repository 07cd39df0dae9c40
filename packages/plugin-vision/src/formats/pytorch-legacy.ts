import type { ForeignTensor } from '@umbra/core'
import { findTensors, readTensors } from '../pickle/state-dict.js'
import { torchContext } from '../pickle/torch-context.js'
import { type StorageReference, elementType } from '../pickle/torch-storage.js'
import type { PickleContext } from '../pickle/pickle-context.js'
import { unpickle } from '../pickle/unpickle.js'
import { type PickleValue, isKind, itemsOf } from '../pickle/pickle-value.js'

const MAGIC = 0x1950a86a20f9469cfc6cn
const PROTOCOL = 1001

/**
 * Reads files of torch.save before PyTorch 1.6: pickles of a magic number, the protocol version, facts about the
 * machine, the object and the keys of its storages, then length and bytes for each key.
 */
export async function readPytorchLegacy(
  bytes: Buffer,
  source: string,
  skip: (name: string, type: string) => void,
): Promise<readonly ForeignTensor[]> {
  const storages = new Map<string, StorageReference>()
  const context = collecting(torchContext(source), storages)
  const { corrupt, unsupported } = context
  let at = 0
  const next = (): PickleValue => {
    const { value, end } = unpickle(bytes, at, context)
    at = end
    return value
  }
  if (next() !== MAGIC) return unsupported('a pickle that torch.save did not write')
  if (next() !== PROTOCOL) return unsupported('another version of the format')
  const system = next()
  if (!isKind(system, 'dict') || system.entries.get('little_endian') !== true)
    return unsupported('numbers in big-endian order')
  const object = next()
  const blocks = sliceStorages(
    bytes,
    itemsOf(next()) ?? corrupt('no list of storages'),
    () => at,
    storages,
    corrupt,
  )
  return readTensors(findTensors(object, source, context), {
    bytesOf: ({ key }) => Promise.resolve(blocks.get(key) ?? corrupt(`no storage ${key}`)),
    ...{ fileBytes: bytes.length, skip, corrupt, unsupported },
  })
}

/** The same context, noting every storage the pickle refers to. */
const collecting = (context: PickleContext, storages: Map<string, StorageReference>): PickleContext => ({
  ...context,
  persistent: (id) => {
    const object = context.persistent(id)
    const storage = object.value as StorageReference
    const earlier = storages.get(storage.key)
    if (earlier !== undefined && (earlier.storage !== storage.storage || earlier.length !== storage.length))
      return context.corrupt(`storage ${storage.key} described in two ways`)
    storages.set(storage.key, storage)
    return object
  },
})

function sliceStorages(
  bytes: Buffer,
  keys: readonly PickleValue[],
  start: () => number,
  storages: ReadonlyMap<string, StorageReference>,
  corrupt: (received: string) => never,
): ReadonlyMap<string, Uint8Array> {
  const blocks = new Map<string, Uint8Array>()
  let at = start()
  for (const key of keys.map(String)) {
    const storage = storages.get(key) ?? corrupt(`storage ${key} that no tensor uses`)
    if (at + 8 > bytes.length)
      return corrupt(`an end after ${bytes.length} bytes, before storage ${key}: truncated`)
    const length = Number(bytes.readBigUInt64LE(at))
    if (length !== storage.length)
      return corrupt(`storage ${key} of ${length} elements instead of ${storage.length}`)
    const size = length * elementType(storage).bytes
    if (at + 8 + size > bytes.length)
      return corrupt(`an end after ${bytes.length} bytes, in storage ${key}: truncated`)
    blocks.set(key, bytes.subarray(at + 8, at + 8 + size))
    at += 8 + size
  }
  return blocks
}
