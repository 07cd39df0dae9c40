import { type ConstantValue, DATA_TYPES, type GraphNode } from '../graph-node.js'

/** The float32 values of a constant node. */
export function floatsOf(node: GraphNode | undefined): Float32Array | undefined {
  const value = constantOf(node)
  if (value?.dtype !== DATA_TYPES.float32) return undefined
  const copy = Uint8Array.from(value.bytes)
  return new Float32Array(copy.buffer)
}

/** The value of a constant node. */
export function constantOf(node: GraphNode | undefined): ConstantValue | undefined {
  const value = node?.op === 'Const' ? node.attributes.value : undefined
  return value?.kind === 'tensor' ? value.value : undefined
}

/** A float32 constant. */
export function floatConstant(name: string, shape: readonly number[], values: Float32Array): GraphNode {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return {
    name,
    op: 'Const',
    inputs: [],
    attributes: {
      dtype: { kind: 'type', value: DATA_TYPES.float32 },
      value: { kind: 'tensor', value: { dtype: DATA_TYPES.float32, shape, bytes } },
    },
  }
}
