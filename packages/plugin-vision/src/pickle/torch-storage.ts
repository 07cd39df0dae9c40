import { fromHalf } from '@umbra/core/files'

/** Element types of PyTorch's storages; those without `decode` hold no floating-point numbers. */
export interface ElementType {
  readonly bytes: number
  readonly decode?: (bytes: Uint8Array) => Float32Array
}

const aligned = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

/** By the name of the storage in a pickle, `torch FloatStorage`. All little-endian. */
export const STORAGES: ReadonlyMap<string, ElementType> = new Map([
  ['torch FloatStorage', { bytes: 4, decode: (bytes) => new Float32Array(aligned(bytes)) }],
  [
    'torch DoubleStorage',
    { bytes: 8, decode: (bytes) => Float32Array.from(new Float64Array(aligned(bytes))) },
  ],
  [
    'torch HalfStorage',
    { bytes: 2, decode: (bytes) => Float32Array.from(new Uint16Array(aligned(bytes)), fromHalf) },
  ],
  [
    'torch BFloat16Storage',
    {
      bytes: 2,
      decode: (bytes) =>
        new Float32Array(Uint32Array.from(new Uint16Array(aligned(bytes)), (half) => half << 16).buffer),
    },
  ],
  ['torch LongStorage', { bytes: 8 }],
  ['torch IntStorage', { bytes: 4 }],
  ['torch ShortStorage', { bytes: 2 }],
  ['torch CharStorage', { bytes: 1 }],
  ['torch ByteStorage', { bytes: 1 }],
  ['torch BoolStorage', { bytes: 1 }],
  ['torch ComplexFloatStorage', { bytes: 8 }],
  ['torch ComplexDoubleStorage', { bytes: 16 }],
  ['torch QInt8Storage', { bytes: 1 }],
  ['torch QUInt8Storage', { bytes: 1 }],
  ['torch QInt32Storage', { bytes: 4 }],
  ['torch.storage UntypedStorage', { bytes: 1 }],
] satisfies [string, ElementType][])

/** The element type of a storage. The name of every reference has been checked when it was read. */
export function elementType({ storage }: StorageReference): ElementType {
  const type = STORAGES.get(storage)
  if (type === undefined) throw new Error(`no element type ${storage}`)
  return type
}

/** A block of numbers stored next to the pickle, by its key. */
export interface StorageReference {
  readonly type: 'storage'
  readonly key: string
  /** Name of the element type in `STORAGES`. */
  readonly storage: string
  /** Number of elements. */
  readonly length: number
}

/** A tensor as a pickle describes it: a view of a storage, in elements. */
export interface TensorReference {
  readonly type: 'tensor'
  readonly storage: StorageReference
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  /** Type of the elements where the storage has none. */
  readonly elements?: string
}

/** `Byte`, or the type of a tensor whose storage has none. */
export const typeName = ({ storage, elements }: TensorReference): string =>
  elements ?? storage.storage.replace('torch ', '').replace('Storage', '')
