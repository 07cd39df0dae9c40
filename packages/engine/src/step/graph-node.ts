/** TensorFlow's numbers of the types used here. */
export const DATA_TYPES = {
  float32: 1,
  int32: 3,
  uint8: 4,
  string: 7,
  int64: 9,
  bool: 10,
  resource: 20,
} as const

/** Values of a constant, with its type and shape. */
export interface ConstantValue {
  readonly dtype: number
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

/** An attribute of a node, by its kind in a GraphDef; lists are lists of one kind. */
export type Attribute =
  | { readonly kind: 'type' | 'int' | 'float'; readonly value: number | readonly number[] }
  | { readonly kind: 'bool'; readonly value: boolean | readonly boolean[] }
  | { readonly kind: 'string'; readonly value: string | readonly string[] }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: ConstantValue }

/** A node of a TensorFlow graph. An input is `node`, `node:output`, or `^node` for order only. */
export interface GraphNode {
  readonly name: string
  readonly op: string
  readonly inputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
  /** Shape of its first output, if known. */
  readonly shape?: readonly number[]
  /** Where in the code it was made; the stack is formatted only on request. */
  readonly origin?: Error
  /** The innermost named scope around it. */
  readonly scope?: string
}
