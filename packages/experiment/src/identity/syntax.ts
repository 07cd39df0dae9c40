/** Where a node stands in its source. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A node of a syntax tree. */
export type SyntaxNode = Readonly<Record<string, unknown>> & { readonly type: string }

export const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

export const spanOf = ({ start, end }: SyntaxNode): Span => ({ start: Number(start), end: Number(end) })

/**
 * Visits a node and all below it, names of properties left out. The parser has a visitor too, in modules that Node cannot load
 * from the archives of Yarn Plug'n'Play.
 */
export function walk(value: unknown, visit: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit)
  if (!isNode(value)) return
  visit(value)
  for (const [key, item] of Object.entries(value))
    if (!(NAMED.has(key) && value.computed === false)) walk(item, visit)
}

/** Children that are plain names unless they are computed: `a.name`, `{ name: … }`. */
const NAMED = new Set(['property', 'key'])
