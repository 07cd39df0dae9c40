/** What a pickle may contain here: plain data, and references to names that are never looked up in a program. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleList
  | PickleTuple
  | PickleDict
  | PickleGlobal
  | PickleObject

export interface PickleList {
  readonly kind: 'list'
  readonly items: PickleValue[]
}
export interface PickleTuple {
  readonly kind: 'tuple'
  readonly items: readonly PickleValue[]
}
export interface PickleDict {
  readonly kind: 'dict'
  readonly entries: Map<PickleValue, PickleValue>
}
/** A name such as `torch FloatStorage`; only names that the caller allows. */
export interface PickleGlobal {
  readonly kind: 'global'
  readonly name: string
}
/** The caller's result for a call or a persistent id. */
export interface PickleObject {
  readonly kind: 'object'
  readonly value: unknown
}

export const isKind = <K extends 'list' | 'tuple' | 'dict' | 'global' | 'object'>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleValue, { readonly kind: K }> =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind

/** Items of a list or tuple. */
export const itemsOf = (value: PickleValue | undefined): readonly PickleValue[] | undefined =>
  isKind(value, 'list') || isKind(value, 'tuple') ? value.items : undefined
