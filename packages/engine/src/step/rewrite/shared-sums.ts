import type { GraphNode } from '../graph-node.js'
import { floatConstant } from './constants.js'

/**
 * A ReLU of a convolution's sum with a shortcut, where something else looks at the sum as well (a tap before the ReLU),
 * becomes `maximum(sum, 0)`: the same values.
 *
 * TensorFlow's own optimiser would fuse the two though the sum is still wanted, find out too late, and give up every fusion
 * of the graph.
 */
export function sharedSums(nodes: readonly GraphNode[]): GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const uses = new Map<string, number>()
  for (const input of nodes.flatMap((node) => node.inputs)) uses.set(input, (uses.get(input) ?? 0) + 1)
  const isShared = (name: string): boolean => {
    const sum = byName.get(name)
    return isSum(sum) && uses.get(name)! > 1 && sum!.inputs.some((input) => isConvolved(input, byName))
  }
  return nodes.flatMap((node) => {
    if (node.op !== 'Relu' || !isShared(node.inputs[0]!)) return [node]
    const zero = floatConstant(`${node.name}/zero`, [], new Float32Array(1))
    const inherited = { origin: node.origin, scope: node.scope } as Pick<GraphNode, 'scope'>
    return [
      { ...zero, ...inherited },
      { ...node, op: 'Maximum', inputs: [node.inputs[0]!, zero.name] },
    ]
  })
}

const isSum = (node: GraphNode | undefined): boolean => node?.op === 'Add' || node?.op === 'AddV2'

/** Whether it is a convolution with its bias. */
function isConvolved(name: string, byName: ReadonlyMap<string, GraphNode>): boolean {
  const node = byName.get(name)
  return node?.op === 'BiasAdd' && byName.get(node.inputs[0]!)?.op === 'Conv2D'
}
