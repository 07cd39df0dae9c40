import { DATA_TYPES, type GraphNode } from '../graph-node.js'
import { constantOf, floatsOf } from './constants.js'

const BFLOAT16 = 14
/** Operations with bfloat16 kernels on the CPU whose float inputs and outputs all have type `T`. */
const NARROW = new Set([
  'Conv2D',
  'BiasAdd',
  'Relu',
  'Maximum',
  'Add',
  'AddV2',
  'Mean',
  'BatchMatMulV2',
  'PadV2',
  'Reshape',
])

/**
 * Runs the frozen teachers in bfloat16: constants and arithmetic of scopes named `teacher …`, with casts where values
 * enter or leave. Operations without such kernels stay in float32.
 */
export function bfloat16Teachers(nodes: readonly GraphNode[]): GraphNode[] {
  const narrow = new Set(nodes.filter(isNarrow).map(({ name }) => name))
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const added = new Map<string, GraphNode>()
  const cast = (input: string, to: number): string => {
    const name = `${input.replace(':', '_')}/to_${to}`
    const from = to === BFLOAT16 ? DATA_TYPES.float32 : BFLOAT16
    added.set(name, {
      name,
      op: 'Cast',
      inputs: [input],
      attributes: { SrcT: { kind: 'type', value: from }, DstT: { kind: 'type', value: to } },
    })
    return name
  }
  const rewritten = nodes.map((node) => {
    if (!narrow.has(node.name)) {
      const inputs = node.inputs.map((input) => (narrow.has(input) ? cast(input, DATA_TYPES.float32) : input))
      return { ...node, inputs }
    }
    const inputs = node.inputs.map((input) => {
      if (narrow.has(input) || !isFloat(byName.get(input), input)) return input
      const constant = narrowConstant(byName.get(input))
      if (constant === undefined) return cast(input, BFLOAT16)
      added.set(constant.name, constant)
      return constant.name
    })
    return {
      ...node,
      inputs,
      attributes: { ...node.attributes, T: { kind: 'type' as const, value: BFLOAT16 } },
    }
  })
  return [...added.values(), ...rewritten]
}

const isNarrow = ({ op, scope, attributes }: GraphNode): boolean =>
  NARROW.has(op) && (scope ?? '').startsWith('teacher ') && attributes.T?.value === DATA_TYPES.float32

/** Sizes and axes are the only other inputs of these operations, and always constants. */
function isFloat(node: GraphNode | undefined, input: string): boolean {
  if (input.startsWith('^')) return false
  const constant = constantOf(node)
  return constant === undefined || constant.dtype === DATA_TYPES.float32
}

/** A float32 constant rounded to the nearest bfloat16, ties to even. */
function narrowConstant(node: GraphNode | undefined): GraphNode | undefined {
  const values = floatsOf(node)
  const shape = constantOf(node)?.shape
  if (node === undefined || values === undefined || shape === undefined) return undefined
  const bits = new Uint32Array(values.buffer)
  const halves = Uint16Array.from(bits, (word) => (word + 0x7fff + ((word >>> 16) & 1)) >>> 16)
  const value = { dtype: BFLOAT16, shape, bytes: new Uint8Array(halves.buffer) }
  return {
    ...node,
    name: `${node.name}/bfloat16`,
    attributes: { dtype: { kind: 'type', value: BFLOAT16 }, value: { kind: 'tensor', value } },
  }
}
