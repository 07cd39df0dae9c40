import { parseSync } from 'oxc-parser'
import { type Span, type SyntaxNode, isNode, spanOf, walk } from './syntax.js'

/**
 * What a program's own source says about the plugins it defines: the text of every `define…` call, of every call of a function of
 * another file of the program, which may make a plugin, and of every statement at the top level that declares or changes something such a text mentions, directly or indirectly; in the order of the source. A seed that is
 * added elsewhere changes nothing of it.
 */
export function programSlice(file: string, source: string): readonly string[] {
  const { body } = parseSync(file, source).program
  const local = new Set(body.flatMap(localImports))
  const calls: Part[] = []
  for (const statement of body)
    walk(statement, (node) => {
      if (isDefinition(node, source, local))
        calls.push({ ...spanOf(node), mentions: identifiersIn(node), declares: [] })
    })
  const statements = body
    .filter(({ type }) => type !== 'ImportDeclaration' && type !== 'ExportDefaultDeclaration')
    .map(partOf)
  const declared = new Set(statements.flatMap(({ declares }) => declares))
  const kept = new Set(calls)
  const mentioned = new Set(calls.flatMap(({ mentions }) => mentions))
  for (let before = -1; before !== kept.size;) {
    before = kept.size
    for (const part of statements) {
      const { declares, mentions } = part
      // What declares nothing may change what it mentions: `list.push(…)`.
      const about = declares.length > 0 ? declares : mentions.filter((name) => declared.has(name))
      if (kept.has(part) || !about.some((name) => mentioned.has(name))) continue
      kept.add(part)
      for (const name of mentions) mentioned.add(name)
    }
  }
  return [...kept].sort((a, b) => a.start - b.start).map(({ start, end }) => source.slice(start, end))
}

/** A piece of a program, with the names that it declares at the top level and all that it mentions. */
interface Part extends Span {
  readonly declares: readonly string[]
  readonly mentions: readonly string[]
}

function partOf(statement: unknown): Part {
  if (!isNode(statement)) throw new TypeError('a statement is a node')
  return { ...spanOf(statement), declares: declaredIn(statement), mentions: identifiersIn(statement) }
}

function declaredIn(node: SyntaxNode): readonly string[] {
  const { type, declaration, declarations, id } = node
  if (type === 'ExportNamedDeclaration') return isNode(declaration) ? declaredIn(declaration) : []
  if (Array.isArray(declarations))
    return declarations.flatMap((declarator: unknown) =>
      isNode(declarator) ? identifiersIn(declarator.id) : [],
    )
  return type.endsWith('Declaration') ? identifiersIn(id) : []
}

/** Names that are used as variables: no keys of objects, no members. */
function identifiersIn(root: unknown): string[] {
  const names: string[] = []
  walk(root, ({ type, name }) => {
    if (type === 'Identifier' && typeof name === 'string') names.push(name)
  })
  return names
}

/** Names imported from a file by its relative path. */
function localImports(statement: unknown): string[] {
  if (!isNode(statement) || statement.type !== 'ImportDeclaration') return []
  const { source, specifiers } = statement
  const from = isNode(source) ? source.value : undefined
  return typeof from === 'string' && from.startsWith('.') ? identifiersIn(specifiers) : []
}

function isDefinition({ type, callee }: SyntaxNode, source: string, local: ReadonlySet<string>): boolean {
  if (type !== 'CallExpression' || !isNode(callee)) return false
  const { start, end } = spanOf(callee)
  if (identifiersIn(callee).some((name) => local.has(name))) return true
  const name = source.slice(start, end).split('.').at(-1) ?? ''
  return /^define[A-Z]/.test(name) && !/^define(?:Config|Study)$/.test(name)
}
