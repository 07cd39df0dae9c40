import type { Attribute, GraphNode } from '../graph-node.js'

/**
 * TensorFlow's graph optimiser combines additions into sums of many tensors, and adds those in the order in which they
 * happen to be ready. It skips nodes with this mark, which count as rewritten.
 */
const REWRITTEN = '_grappler_ArithmeticOptimizer_AddOpsRewriteStage'
const MARK: Attribute = { kind: 'bool', value: true }

/** Keeps every sum in the order of the code, so that the same step gives the same bits at every run. */
export function fixedOrder(nodes: readonly GraphNode[]): GraphNode[] {
  return nodes.flatMap((node) => {
    if (node.op === 'AddN') return chain(node)
    const isSum = node.op === 'Add' || node.op === 'AddV2'
    return isSum ? [{ ...node, attributes: { ...node.attributes, [REWRITTEN]: MARK } }] : [node]
  })
}

/** A sum of many tensors as additions of two, from the first to the last. */
function chain(node: GraphNode): GraphNode[] {
  const attributes = Object.fromEntries(Object.entries(node.attributes).filter(([name]) => name !== 'N'))
  const [first = '', ...others] = node.inputs
  if (others.length === 0) return [{ ...node, op: 'Identity', attributes }]
  let sum = first
  return others.map((input, i) => {
    const name = i === others.length - 1 ? node.name : `${node.name}/partial_${i}`
    const addition = {
      ...node,
      name,
      op: 'Add',
      inputs: [sum, input],
      attributes: { ...attributes, [REWRITTEN]: MARK },
    }
    sum = name
    return addition
  })
}
