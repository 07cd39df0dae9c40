/** One file that imports another, both by their paths below a common folder. */
export interface ImportLink {
  readonly from: string
  readonly to: string
}

/**
 * Circles of imports, at every level of the folder tree: files of one folder that import each other, and sibling
 * folders whose files do. Without circles a folder can be read as layers that import only those below them.
 *
 * Each circle is named by its members, sorted: `contracts, hooks`.
 */
export function importCircles(links: readonly ImportLink[]): string[] {
  const levels = new Map<string, Map<string, Set<string>>>()
  for (const { from, to } of links) {
    const [a, b] = [from.split('/'), to.split('/')]
    const shared = commonLength(a, b)
    if (shared === Math.min(a.length, b.length)) continue
    const folder = a.slice(0, shared).join('/')
    const graph = levels.get(folder) ?? new Map<string, Set<string>>()
    levels.set(folder, graph)
    const name = (parts: readonly string[]): string => parts.slice(0, shared + 1).join('/')
    graph.set(name(a), (graph.get(name(a)) ?? new Set()).add(name(b)))
  }
  return [...levels.values()].flatMap((graph) =>
    components(graph)
      .filter((members) => members.length > 1)
      .map((members) => members.sort().join(', ')),
  )
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  const differs = a.findIndex((part, i) => part !== b[i])
  return differs < 0 ? a.length : differs
}

/** Strongly connected components, by Tarjan's algorithm (SIAM Journal on Computing, 1972). */
function components(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const found: string[][] = []
  const visit = (node: string): void => {
    index.set(node, index.size)
    low.set(node, index.get(node)!)
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) visit(next)
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!))
    }
    if (low.get(node) === index.get(node)) found.push(stack.splice(stack.indexOf(node)))
  }
  for (const node of graph.keys()) if (!index.has(node)) visit(node)
  return found
}
