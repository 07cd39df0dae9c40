import { type ForeignTensor, UmbraError } from '@umbra/core'
import { gather } from './gather.js'
import { type StorageReference, type TensorReference, elementType, typeName } from './torch-storage.js'
import { type PickleValue, isKind } from './pickle-value.js'
import type { PickleContext } from './pickle-context.js'

/** Groups around a tensor: `state_dict`, `model`, … */
const MAX_DEPTH = 10
/** Values looked at in search of tensors; shared ones count each time. */
const MAX_VALUES = 4_000_000
const MAX_NAME = 1000
/** Elements that views in another order than their storage's may have beyond the number of bytes in the file. */
const SMALL = 2 ** 16

/**
 * The tensors of a checkpoint by name, with the keys of the groups around them in front: `state_dict.conv1.weight`.
 * Groups with numbers for keys are left out: PyTorch's optimisers keep their state so.
 */
export function findTensors(
  value: PickleValue,
  source: string,
  { corrupt }: Pick<PickleContext, 'corrupt'>,
): ReadonlyMap<string, TensorReference> {
  const tensors = new Map<string, TensorReference>()
  let values = 0
  const visit = (inner: PickleValue, name: string, depth: number): void => {
    if (++values > MAX_VALUES) corrupt(`more than ${MAX_VALUES} values around its tensors`)
    if (name.length > MAX_NAME) corrupt(`a name of ${name.length} characters`)
    if (isKind(inner, 'object')) {
      const tensor = inner.value as { readonly type: string }
      if (tensor.type === 'tensor') tensors.set(name, tensor as TensorReference)
    } else if (depth < MAX_DEPTH)
      for (const [key, entry] of entriesOf(inner))
        visit(entry, name === '' ? key : `${name}.${key}`, depth + 1)
  }
  visit(value, '', 0)
  if (tensors.size > 0) return tensors
  throw new UmbraError('UMBRA_WEIGHTS_FORMAT', {
    subject: `weight file ${source}`,
    expected: 'a dictionary of tensors, or one inside other values',
    received: isKind(value, 'dict')
      ? `keys ${[...value.entries.keys()].slice(0, 8).map(textOf).join(', ')}`
      : 'none',
  })
}

function* entriesOf(value: PickleValue): Generator<readonly [string, PickleValue]> {
  if (isKind(value, 'dict')) {
    for (const [key, entry] of value.entries) if (typeof key === 'string') yield [key, entry]
  } else if (isKind(value, 'list') || isKind(value, 'tuple'))
    for (const [index, entry] of value.items.entries()) yield [String(index), entry]
}

const textOf = (key: PickleValue): string =>
  typeof key === 'object' && key !== null ? 'of another kind' : String(key)

export interface ReadOptions extends Pick<PickleContext, 'corrupt' | 'unsupported'> {
  /** The bytes of a storage, of the length it declares. */
  readonly bytesOf: (storage: StorageReference, bytes: number) => Promise<Uint8Array>
  readonly fileBytes: number
  readonly skip: (name: string, type: string) => void
}

/**
 * The floating-point tensors of a checkpoint. Each storage is decoded once, tensors that lie in it in order share its
 * memory, and those that do not may be no more than the file's size allows.
 */
export async function readTensors(
  tensors: ReadonlyMap<string, TensorReference>,
  { bytesOf, fileBytes, skip, corrupt, unsupported }: ReadOptions,
): Promise<readonly ForeignTensor[]> {
  const decoded = new Map<string, { readonly storage: StorageReference; readonly values: Float32Array }>()
  const result: ForeignTensor[] = []
  const limit = SMALL + fileBytes
  let gathered = 0
  for (const [name, tensor] of tensors) {
    const { storage, shape } = tensor
    const type = elementType(storage)
    if (type.decode === undefined) {
      skip(name, typeName(tensor))
      continue
    }
    const earlier = decoded.get(storage.key)
    if (
      earlier !== undefined &&
      (earlier.storage.storage !== storage.storage || earlier.storage.length !== storage.length)
    )
      return corrupt(`storage ${storage.key} described in two ways`)
    const values = earlier?.values ?? type.decode(await bytesOf(storage, storage.length * type.bytes))
    decoded.set(storage.key, { storage, values })
    const view = gather(values, tensor, () => {
      gathered += shape.reduce((a, b) => a * b, 1)
      if (gathered > limit)
        unsupported(`views of more than ${limit} numbers in a file of ${fileBytes} bytes, tensor "${name}"`)
    })
    result.push({ name, shape, data: view })
  }
  return result
}
