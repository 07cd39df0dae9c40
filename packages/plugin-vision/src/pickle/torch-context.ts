import { UmbraError } from '@umbra/core'
import { STORAGES, type StorageReference, type TensorReference } from './torch-storage.js'
import type { PickleContext } from './pickle-context.js'
import { type PickleValue, isKind, itemsOf } from './pickle-value.js'

const MAX_RANK = 8

type Call = (args: readonly PickleValue[], fail: (received: string) => never) => PickleValue

/** A value that is kept but never looked into, such as an accuracy of NumPy's own type. */
const inert: Call = () => ({ kind: 'object', value: { type: 'other' } })

/** The names that a PyTorch state dictionary needs, besides the storages. Everything else is refused. */
const CALLS: ReadonlyMap<string, Call> = new Map<string, Call>([
  ['collections OrderedDict', dictionary],
  ['collections Counter', dictionary],
  [
    'torch Size',
    ([sizes], fail) => ({ kind: 'tuple', items: itemsOf(sizes) ?? fail('a size without numbers') }),
  ],
  ['torch._utils _rebuild_tensor', tensor],
  ['torch._utils _rebuild_tensor_v2', tensor],
  ['torch._utils _rebuild_tensor_v3', typedTensor],
  ['torch._utils _rebuild_parameter', ([data = null]) => data],
  ['builtins set', sameItems],
  ['__builtin__ set', sameItems],
  ['numpy dtype', inert],
  ['numpy.core.multiarray scalar', inert],
  ['numpy._core.multiarray scalar', inert],
  ['_codecs encode', inert],
])

/** `torch float8_e4m3fn`, the type of the elements of an untyped storage. */
const isTypeName = (name: string): boolean => /^torch [a-z]\w*\d\w*$/.test(name)

/** What PyTorch's pickles may refer to, with errors that name `source`. */
export function torchContext(source: string): PickleContext {
  const corrupt = (received: string): never => {
    throw new UmbraError('UMBRA_FILE_CORRUPT', {
      subject: `weight file ${source}`,
      expected: 'a file written by torch.save',
      received,
      remedy: 'Download or save it again',
    })
  }
  const context: PickleContext = {
    allows: (name) => CALLS.has(name) || STORAGES.has(name) || isTypeName(name),
    call: (name, args) => {
      const call = CALLS.get(name)
      return call === undefined ? corrupt(`a call of ${name.replace(' ', '.')}`) : call(args, corrupt)
    },
    persistent: (id) => ({ kind: 'object', value: storageReference(id, context) }),
    corrupt,
    unsupported: (received) => {
      throw new UmbraError('UMBRA_WEIGHTS_FORMAT', {
        subject: `weight file ${source}`,
        expected: 'a file as torch.save writes it since PyTorch 0.4',
        received,
        remedy: 'Save the state dictionary again, torch.save(model.state_dict(), path), or use safetensors',
      })
    },
    refuse: (what) => {
      throw new UmbraError('UMBRA_WEIGHTS_FORMAT', {
        subject: `weight file ${source}`,
        expected: 'tensors and plain values only',
        received: `file asks to ${what}; refused`,
        remedy: 'Save the state dictionary alone, torch.save(model.state_dict(), path), or use safetensors',
      })
    },
  }
  return context
}

// Values built from a list or a dictionary share it: a small file must not grow by copying a long list many times.
function dictionary([from]: readonly PickleValue[], fail: (received: string) => never): PickleValue {
  if (from === undefined) return { kind: 'dict', entries: new Map() }
  if (isKind(from, 'dict')) return from
  // Python 2 stores the pairs of an ordered dictionary as a list, to which nothing else refers.
  const pairs = isKind(from, 'list') ? from.items.splice(0) : fail('a dictionary that is not made of pairs')
  const entries = pairs.map((pair): [PickleValue, PickleValue] => {
    const [key, value] = itemsOf(pair) ?? []
    return key === undefined || value === undefined
      ? fail('a dictionary that is not made of pairs')
      : [key, value]
  })
  return { kind: 'dict', entries: new Map(entries) }
}

function sameItems([items]: readonly PickleValue[], fail: (received: string) => never): PickleValue {
  return isKind(items, 'list') ? items : fail('a set without items')
}

/** `('storage', type, key, location, length)`, and in the legacy format a view, which must be absent. */
function storageReference(
  id: PickleValue,
  { corrupt: fail, unsupported }: Pick<PickleContext, 'corrupt' | 'unsupported'>,
): StorageReference {
  const [tag, type, key, , length, view = null] = itemsOf(id) ?? []
  if (tag !== 'storage' || !isKind(type, 'global') || !STORAGES.has(type.name))
    return fail('a reference to something other than a storage')
  if ((typeof key !== 'string' && typeof key !== 'number') || !isCount(length))
    return fail('a storage without key or length')
  if (view !== null) return unsupported('a view of a storage, as PyTorch before 0.4 wrote')
  return { type: 'storage', key: String(key), storage: type.name, length }
}

/** `(storage, offset, shape, strides, …)`; shape and strides must stay inside the storage. */
function tensor(args: readonly PickleValue[], fail: (received: string) => never): PickleValue {
  const view = viewOf(args, fail)
  const { storage, offset, shape, strides } = view
  // Shape and strides are equally long.
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, offset)
  if (!shape.includes(0) && last >= storage.length)
    return fail(
      `a tensor [${shape.join(', ')}] that reaches beyond its storage of ${storage.length} elements`,
    )
  return { kind: 'object', value: view }
}

/** The same with an untyped storage and, after two more arguments, the name of a type that has no storage of its own. */
function typedTensor(args: readonly PickleValue[], fail: (received: string) => never): PickleValue {
  const name = args[6]
  const elements = isKind(name, 'global') ? name.name.replace('torch ', '') : fail('a tensor without a type')
  return { kind: 'object', value: { ...viewOf(args, fail), elements } }
}

function viewOf(
  [from, offset, sizes, steps]: readonly PickleValue[],
  fail: (received: string) => never,
): TensorReference {
  const storage = isKind(from, 'object') ? (from.value as StorageReference | TensorReference) : undefined
  const shape = itemsOf(sizes)
  const strides = itemsOf(steps)
  if (storage?.type !== 'storage' || !isCount(offset)) return fail('a tensor without a storage')
  if (!areCounts(shape) || !areCounts(strides) || shape.length !== strides.length || shape.length > MAX_RANK)
    return fail('a tensor without a proper shape')
  return { type: 'tensor', storage, offset, shape, strides }
}

const isCount = (value: PickleValue | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const areCounts = (values: readonly PickleValue[] | undefined): values is readonly number[] =>
  values?.every(isCount) ?? false
