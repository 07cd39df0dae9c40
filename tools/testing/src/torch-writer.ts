import { type Picklable, type PickleOf, call, global, persistent, pickle, tuple } from './pickle-writer.js'
import { type ZipEntry, zip } from './zip-writer.js'

/** A tensor as torch.save describes it: a view of a storage. */
export interface TensorView {
  /** Key of the storage. */
  readonly key: string
  /** `Float`, `Half`, `Long`, … */
  readonly type?: string
  /** Elements of the storage. */
  readonly length: number
  readonly shape: readonly number[]
  readonly strides?: readonly number[]
  readonly offset?: number
}

const rowMajor = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))

export function torchTensor({
  key,
  type = 'Float',
  length,
  shape,
  strides = rowMajor(shape),
  offset = 0,
}: TensorView): PickleOf {
  const storage = tuple('storage', global(`torch ${type}Storage`), key, 'cpu', length)
  const hooks = call('collections OrderedDict')
  return call(
    'torch._utils _rebuild_tensor_v2',
    ...[persistent(storage), offset, tuple(...shape), tuple(...strides), false, hooks],
  )
}

/** A file of torch.save: an object, and the bytes of its storages by key. */
export const torchFile = (
  object: Picklable,
  storages: Readonly<Record<string, Uint8Array>>,
  more: readonly ZipEntry[] = [],
): Buffer =>
  zip([
    { name: 'archive/data.pkl', data: pickle(object) },
    ...Object.entries(storages).map(([key, data]) => ({ name: `archive/data/${key}`, data })),
    ...more,
  ])

/** Bytes of float32 numbers. */
export const floats = (...values: readonly number[]): Uint8Array =>
  new Uint8Array(Float32Array.from(values).buffer)

/** A file of torch.save before PyTorch 1.6. */
export function legacyTorchFile(
  object: Picklable,
  storages: Readonly<Record<string, { readonly data: Uint8Array; readonly length: number }>>,
): Buffer {
  const magic = Buffer.concat([
    Buffer.from([0x80, 2, 0x8a, 10]),
    Buffer.from('6cfc9c46f9206aa85019', 'hex'),
    Buffer.from('.'),
  ])
  const system = { protocol_version: 1001, little_endian: true, type_sizes: { short: 2, int: 4, long: 4 } }
  const blocks = Object.values(storages).flatMap(({ data, length }) => {
    const count = Buffer.alloc(8)
    count.writeBigUInt64LE(BigInt(length))
    return [count, Buffer.from(data)]
  })
  return Buffer.concat([
    ...[magic, pickle(1001), pickle(system), pickle(object), pickle(Object.keys(storages))],
    ...blocks,
  ])
}
