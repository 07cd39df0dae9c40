/** A value as a message names it: `nothing`, `a promise`, `a tensor [2, 3] float32`, `"text"`, `an object of class Map`. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint' || typeof value === 'symbol') return `a ${typeof value}`
  if (value === null) return 'null'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'object') return typeof value
  if (isPromise(value)) return 'a promise'
  if (isTensor(value)) return `a tensor ${describeTensor(value)}`
  if (Array.isArray(value)) return 'an array'
  const prototype = Object.getPrototypeOf(value) as {
    readonly constructor?: { readonly name?: string }
  } | null
  const name = prototype?.constructor?.name ?? 'Object'
  return name === 'Object' ? 'an object' : `an object of class ${name}`
}

/** Shape and type of a tensor: `[2, 3] float32`. */
export const describeTensor = ({ shape, dtype }: TensorLike): string => `[${shape.join(', ')}] ${dtype}`

/** What says whether two tensors can stand for each other. */
export interface TensorLike {
  readonly shape: readonly number[]
  readonly dtype: string
}

/** Told by what it has, not by its class: a plugin may have a copy of the library. */
export const isTensor = (value: unknown): value is TensorLike & { readonly isDisposed?: boolean } =>
  typeof value === 'object' &&
  value !== null &&
  'shape' in value &&
  Array.isArray(value.shape) &&
  'dtype' in value &&
  typeof value.dtype === 'string'

export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
