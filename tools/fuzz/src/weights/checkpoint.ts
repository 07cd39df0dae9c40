import {
  type Picklable,
  type PickleOf,
  call,
  global,
  legacyTorchFile,
  persistent,
  pickle,
  torchTensor,
  tuple,
  zip,
} from '@umbra/testing'
import type { Random } from '../random.js'

/** A file and the values of its floating-point tensors by name. */
export interface Checkpoint {
  readonly bytes: Uint8Array
  readonly expected: ReadonlyMap<string, readonly number[]>
}

const WRAPPERS = ['', 'state_dict', 'model', 'ema.module', 'a.b.c'] as const
const PREFIXES = ['', 'module.', '_orig_mod.', 'net.'] as const

interface Storage {
  readonly key: string
  readonly type: 'Float' | 'Double' | 'Long'
  readonly values: readonly number[]
  readonly data: Uint8Array
}

function makeStorage(random: Random, key: string): Storage {
  const type = random.pick(['Float', 'Float', 'Double', 'Long'] as const)
  const values = Array.from({ length: 1 + random.below(24) }, () => random.below(1000) - 500)
  const data = { Float: Float32Array.from(values), Double: Float64Array.from(values) } as const
  const array = type === 'Long' ? BigInt64Array.from(values, BigInt) : data[type]
  return { key, type, values, data: new Uint8Array(array.buffer) }
}

interface View {
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
}

/** A view that stays inside its storage, as slices, transposed and expanded tensors are. */
function makeView(random: Random, length: number): View {
  const shape = Array.from({ length: random.below(4) }, () => 1 + random.below(4))
  const strides = shape.map(() => random.below(4))
  const reach = shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), 0)
  if (reach >= length) return { offset: 0, shape: [length], strides: [1] }
  return { offset: random.below(length - reach), shape, strides }
}

function valuesOf({ values }: Storage, { offset, shape, strides }: View): number[] {
  const indices = shape.reduce<number[]>(
    (all, size, axis) =>
      all.flatMap((at) => Array.from({ length: size }, (_, i) => at + i * (strides[axis] ?? 0))),
    [offset],
  )
  return indices.map((at) => values[at] ?? NaN)
}

/** A checkpoint as people save them: wrapped, with prefixes, views of every kind, and other values beside. */
export function validCheckpoint(
  random: Random,
  change: (pickled: Buffer) => Buffer = (pickled) => pickled,
  form: 'zip' | 'legacy' = 'zip',
): Checkpoint {
  const storages = Array.from({ length: 1 + random.below(4) }, (_, i) => makeStorage(random, String(i)))
  const [wrapper, prefix] = [random.pick(WRAPPERS), random.pick(PREFIXES)]
  const entries: [string, PickleOf][] = []
  const expected = new Map<string, readonly number[]>()
  // In the legacy format, every storage belongs to a tensor.
  for (const [i, storage] of [...storages, ...storages].entries()) {
    const view = makeView(random, storage.values.length)
    const name = `${prefix}layer${i}.weight`
    entries.push([name, tensorOf(storage, view, form)])
    if (storage.type !== 'Long')
      expected.set(wrapper === '' ? name : `${wrapper}.${name}`, valuesOf(storage, view))
  }
  const object = wrap(Object.fromEntries(entries), wrapper, random)
  if (form === 'legacy') {
    const blocks = storages.map(({ key, data, values }) => [key, { data, length: values.length }] as const)
    return { bytes: legacyTorchFile(object, Object.fromEntries(blocks)), expected: expected }
  }
  const bytes = zip([
    { name: 'archive/data.pkl', data: change(pickle(object)) },
    { name: 'archive/byteorder', data: Buffer.from('little') },
    ...storages.map(({ key, data }) => ({ name: `archive/data/${key}`, data })),
  ])
  return { bytes, expected }
}

function tensorOf({ key, type, values }: Storage, view: View, form: 'zip' | 'legacy'): PickleOf {
  if (form === 'zip') return torchTensor({ key, type, length: values.length, ...view })
  const storage = tuple('storage', global(`torch ${type}Storage`), key, 'cpu', values.length, null)
  return call(
    'torch._utils _rebuild_tensor_v2',
    ...[persistent(storage), view.offset, tuple(...view.shape), tuple(...view.strides)],
    ...[false, call('collections OrderedDict')],
  )
}

function wrap(state: Readonly<Record<string, PickleOf>>, wrapper: string, random: Random): Picklable {
  if (wrapper === '') return state
  const inner = wrapper.split('.').reduceRight<Picklable>((value, key) => ({ [key]: value }), state)
  const beside: Record<string, Picklable> = random.chance(0.5)
    ? { epoch: 3, lr: 0.1, names: ['a', 'b'], optimizer: { state: new Map(), param_groups: [] } }
    : {}
  return { ...(inner as Record<string, Picklable>), ...beside }
}

const SIZES = [0, 1, 2, 3, 7, 1000, 65_536, 2 ** 31, 2 ** 40, -1] as const

/** Tensors whose sizes, strides and storages contradict each other, or multiply. */
export function hostileCheckpoint(random: Random): Uint8Array {
  const { pick, below } = random
  const storage = makeStorage(random, '0')
  const size = (): number => pick(SIZES)
  const tensor = (): PickleOf => {
    const shape = Array.from({ length: below(10) }, size)
    const rank = random.chance(0.7) ? shape.length : below(10)
    return torchTensor({
      key: pick(['0', '0', '1', '../../x']),
      type: pick(['Float', 'Half', 'Double', 'Bool', 'Byte'] as const),
      length: pick([storage.values.length, size()]),
      offset: pick([0, size()]),
      shape,
      strides: Array.from({ length: rank }, size),
    })
  }
  const names = Array.from({ length: pick([1, 3, 900]) }, (_, i) => `w${i}`)
  const same = tensor()
  const state = Object.fromEntries(names.map((name) => [name, random.chance(0.5) ? same : tensor()]))
  return zip([
    { name: 'archive/data.pkl', data: pickle(state) },
    { name: 'archive/data/0', data: storage.data },
  ])
}
