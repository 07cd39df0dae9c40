import type { GraphNode } from '../graph-node.js'
import { floatConstant } from './constants.js'

/**
 * A ReLU of a convolution's sum with a shortcut becomes `maximum(sum, 0)`, with the same values, if the sum has other uses
 * (a tap before the ReLU).
 *
 * TensorFlow's optimiser would fuse the two although the sum is still needed, notice too late, and give up every fusion of
 * the graph.
 */
export function sharedSums(nodes: readonly GraphNode[]): GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const uses = new Map<string, number>()
  for (const input of nodes.flatMap((node) => node.inputs)) uses.set(input, (uses.get(input) ?? 0) + 1)
  const isShared = (name: string): boolean => {
    const sum = byName.get(name)
    if (sum?.op !== 'Add' && sum?.op !== 'AddV2') return false
    return (uses.get(name) ?? 0) > 1 && sum.inputs.some((input) => isConvolved(input, byName))
  }
  return nodes.flatMap((node) => {
    const [sum = ''] = node.inputs
    if (node.op !== 'Relu' || !isShared(sum)) return [node]
    const zero = floatConstant(`${node.name}/zero`, [], new Float32Array(1))
    const inherited = { origin: node.origin, scope: node.scope } as Pick<GraphNode, 'scope'>
    return [
      { ...zero, ...inherited },
      { ...node, op: 'Maximum', inputs: [sum, zero.name] },
    ]
  })
}

/** Whether a node is a convolution with its bias. */
function isConvolved(name: string, byName: ReadonlyMap<string, GraphNode>): boolean {
  const node = byName.get(name)
  return node?.op === 'BiasAdd' && byName.get(node.inputs[0] ?? '')?.op === 'Conv2D'
}
