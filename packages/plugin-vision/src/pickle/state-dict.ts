import { type ForeignTensor, UmbraError } from '@umbra/core'
import { type StorageReference, type TensorReference, elementType } from './torch-storage.js'
import { type PickleValue, isKind } from './pickle-value.js'

/** Keys under which checkpoints keep their state dictionary. */
const WRAPPERS = ['state_dict', 'model', 'net', 'model_state_dict', 'model_state', 'state_dict_ema']
const MAX_WRAPPERS = 4
/** Numbers in all tensors of a file; 4 GiB as float32. */
const MAX_NUMBERS = 2 ** 30

/** Tensors by name of the state dictionary of a checkpoint: the object itself, or the entry under a usual key. */
export function findStateDict(value: PickleValue, source: string): ReadonlyMap<string, TensorReference> {
  let current = value
  for (let depth = 0; depth <= MAX_WRAPPERS; depth++) {
    if (!isKind(current, 'dict')) break
    const { entries } = current
    const wrapped = WRAPPERS.map((key) => entries.get(key)).find((entry) => isKind(entry, 'dict'))
    if (wrapped === undefined) {
      const tensors = tensorsOf(entries)
      if (tensors.size > 0) return tensors
      break
    }
    current = wrapped
  }
  throw new UmbraError('UMBRA_WEIGHTS_FORMAT', {
    subject: `weight file ${source}`,
    expected: `a state dictionary, or one under ${WRAPPERS.join(', ')}`,
    received: isKind(value, 'dict')
      ? `keys ${[...value.entries.keys()].slice(0, 8).map(String).join(', ')}`
      : 'none',
  })
}

function tensorsOf(entries: ReadonlyMap<PickleValue, PickleValue>): Map<string, TensorReference> {
  const tensors = new Map<string, TensorReference>()
  for (const [name, value] of entries) {
    if (typeof name !== 'string' || !isKind(value, 'object')) continue
    const tensor = value.value as StorageReference | TensorReference
    if (tensor.type === 'tensor') tensors.set(name, tensor)
  }
  return tensors
}

/**
 * The floating-point tensors of a state dictionary; integer ones (counters) are left out.
 *
 * @param bytesOf the bytes of a storage, of the length it declares
 */
export async function readTensors(
  tensors: ReadonlyMap<string, TensorReference>,
  bytesOf: (storage: StorageReference, bytes: number) => Promise<Uint8Array>,
  corrupt: (received: string) => never,
): Promise<readonly ForeignTensor[]> {
  const decoded = new Map<string, Float32Array>()
  const result: ForeignTensor[] = []
  let numbers = 0
  for (const [name, tensor] of tensors) {
    const { storage, shape } = tensor
    const type = elementType(storage)
    if (type.decode === undefined) continue
    numbers += shape.reduce((a, b) => a * b, 1)
    if (numbers > MAX_NUMBERS) return corrupt(`more than ${MAX_NUMBERS} numbers`)
    const identity = `${storage.storage}/${storage.key}/${storage.length}`
    const values = decoded.get(identity) ?? type.decode(await bytesOf(storage, storage.length * type.bytes))
    decoded.set(identity, values)
    result.push({ name, shape, data: gather(values, tensor) })
  }
  return result
}

/** Row-major values of a view. The context has checked that shape and strides are equally long and stay inside the storage. */
function gather(values: Float32Array, { offset, shape, strides }: TensorReference): Float32Array {
  const count = shape.reduce((a, b) => a * b, 1)
  if (isRowMajor(shape, strides)) return values.slice(offset, offset + count)
  const result = new Float32Array(count)
  const index = shape.map(() => 0)
  for (let at = 0; at < count; at++) {
    result[at] = values[index.reduce((sum, i, axis) => sum + i * strides[axis]!, offset)]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]! += 1
      if (index[axis]! < shape[axis]!) break
      index[axis] = 0
    }
  }
  return result
}

/** Shape and strides are equally long. */
function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false
    expected *= shape[axis]!
  }
  return true
}
