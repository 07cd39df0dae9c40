import type { GraphNode } from '../graph-node.js'

/** Removes reshapes to the shape a tensor already has: tfjs makes many, and they hide patterns from other rewrites. */
export function dropNoOps(nodes: readonly GraphNode[]): GraphNode[] {
  const shapes = new Map(nodes.map((node) => [node.name, shapeOf(node)]))
  const alias = new Map<string, string>()
  const follow = (input: string): string => alias.get(input) ?? input
  const kept: GraphNode[] = []
  for (const node of nodes) {
    const inputs = node.inputs.map(follow)
    const [source] = inputs
    const before = source === undefined || node.op !== 'Reshape' ? undefined : shapes.get(source)?.join()
    if (source !== undefined && before !== undefined && before === node.shape?.join())
      alias.set(node.name, source)
    else kept.push({ ...node, inputs })
  }
  // Fetched nodes are Identity nodes at the end of a recording: none of them was dropped.
  return kept
}

function shapeOf({ attributes, shape }: GraphNode): readonly number[] | undefined {
  const { value } = attributes
  return value?.kind === 'tensor' ? value.value.shape : shape
}
