import { parseSync } from 'oxc-parser'
import { type SyntaxNode, isNode, spanOf, walk } from './syntax.js'

/** What a module asks for. */
export interface ModuleImports {
  /** Specifiers as written: of `import`, `export from`, `import()`, `require()`, and of `new URL('./x', import.meta.url)`. */
  readonly specifiers: readonly string[]
  /** Whether something is imported by a name that is computed, or the source cannot be parsed. */
  readonly computed: boolean
}

/** The imports of a module's source, in TypeScript or JavaScript; those of types alone are left out. */
export function moduleImports(file: string, source: string): ModuleImports {
  const { module, program, errors } = parseSync(file, source)
  const specifiers = new Set<string>()
  let computed = errors.length > 0
  const textOf = (node: SyntaxNode): string => source.slice(spanOf(node).start, spanOf(node).end)
  const add = (specifier: string | undefined): void => {
    if (specifier === undefined) computed = true
    else specifiers.add(specifier)
  }
  for (const { moduleRequest, entries } of module.staticImports)
    if (entries.length === 0 || entries.some(({ isType }) => !isType)) add(moduleRequest.value)
  for (const { entries } of module.staticExports)
    for (const { moduleRequest, isType } of entries)
      if (moduleRequest !== null && !isType) add(moduleRequest.value)
  for (const { moduleRequest } of module.dynamicImports)
    add(literal(source.slice(moduleRequest.start, moduleRequest.end)))
  // Walking the whole tree is slow, and few modules have either.
  if (/\brequire\b|\bnew\s+URL\b/.test(source))
    walk(program, (node) => {
      const { type, callee } = node
      const [first, base] = Array.isArray(node.arguments) ? (node.arguments as readonly unknown[]) : []
      if (!isNode(callee) || callee.type !== 'Identifier' || !isNode(first)) return
      if (type === 'CallExpression' && callee.name === 'require') add(literal(textOf(first)))
      if (type !== 'NewExpression' || callee.name !== 'URL') return
      if (!isNode(base) || textOf(base) !== 'import.meta.url') return
      const asset = literal(textOf(first))
      if (asset !== undefined) specifiers.add(asset.startsWith('.') ? asset : `./${asset}`)
    })
  return { specifiers: [...specifiers], computed }
}

/** The value of a string's source text; undefined for any other expression. */
function literal(text: string): string | undefined {
  const match = /^\s*(['"`])((?:(?!\1)[^\\$]|\$(?!\{))*)\1\s*$/.exec(text)
  return match?.[2]
}
