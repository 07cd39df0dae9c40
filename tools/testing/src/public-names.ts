import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { type Comment, type Program, parseSync } from 'oxc-parser'

/** A name that a package offers through one of its doors. */
export interface PublicName {
  /** The import specifier: `@umbra/core/files`. */
  readonly door: string
  readonly name: string
  /** File of the declaration, from the root; the package's name for what comes from another package. */
  readonly file: string
  /** Whether a doc comment stands before the declaration. Another package's names count as documented there. */
  readonly documented: boolean
}

/**
 * Names of every door of every package in `root/packages`, each followed through re-exports to its declaration.
 *
 * Throws for a name that cannot be followed.
 */
export function publicNames(root: string): PublicName[] {
  const read = moduleReader()
  return readdirSync(join(root, 'packages'))
    .filter((folder) => existsSync(join(root, 'packages', folder, 'package.json')))
    .flatMap((folder) => {
      const path = join(root, 'packages', folder)
      const { name: packageName, exports } = JSON.parse(
        readFileSync(join(path, 'package.json'), 'utf8'),
      ) as Manifest
      return Object.entries(exports).flatMap(([door, conditions]) => {
        const file = join(path, conditions['@umbra/source'])
        return read(file).names.map((name) => {
          const place = declaration(read, file, name)
          return {
            door: packageName + door.slice(1),
            name,
            file: isAbsolute(place.file) ? relative(root, place.file).replaceAll(sep, '/') : place.file,
            documented: place.documented,
          }
        })
      })
    })
}

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, { readonly '@umbra/source': string }>>
}

interface Place {
  readonly file: string
  readonly documented: boolean
}

/** Where a name of a module comes from: the module that declares it, or another module under another name. */
interface Module {
  /** What it exports, in order. */
  readonly names: readonly string[]
  readonly local: ReadonlyMap<string, string>
  readonly imported: ReadonlyMap<string, { readonly from: string; readonly name: string }>
  /** Declarations of the module, and whether a doc comment stands before one of that name. */
  readonly declared: ReadonlyMap<string, boolean>
}

function declaration(read: (file: string) => Module, file: string, exported: string): Place {
  const { local, imported, declared } = read(file)
  const name = local.get(exported) ?? exported
  const origin = imported.get(name)
  if (origin === undefined) {
    const documented = declared.get(name)
    if (documented === undefined) throw new Error(`${file}: does not declare ${exported}`)
    return { file, documented }
  }
  // A whole module under one name: the comment belongs to that name.
  if (origin.name === '*') return { file, documented: declared.get(name) ?? false }
  if (!origin.from.startsWith('.')) return { file: origin.from, documented: true }
  const target = resolve(dirname(file), origin.from).replace(/\.js$/, '.ts')
  return declaration(read, target, origin.name)
}

function moduleReader(): (file: string) => Module {
  const modules = new Map<string, Module>()
  return (file) => {
    const module = modules.get(file) ?? parseModule(file)
    modules.set(file, module)
    return module
  }
}

function parseModule(file: string): Module {
  const source = readFileSync(file, 'utf8')
  const { program, comments, module, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message ?? 'does not parse'}`)
  const names: string[] = []
  const local = new Map<string, string>()
  const imported = new Map<string, { readonly from: string; readonly name: string }>()
  for (const { moduleRequest, entries } of module.staticImports)
    for (const { importName, localName } of entries)
      imported.set(localName.value, { from: moduleRequest.value, name: importName.name ?? '*' })
  for (const { exportName, localName, importName, moduleRequest } of module.staticExports.flatMap(
    ({ entries }) => entries,
  )) {
    const name = exportName.name
    if (name === null) throw new Error(`${file}: exports names that it does not list`)
    names.push(name)
    if (moduleRequest === null) local.set(name, localName.name ?? name)
    else imported.set(name, { from: moduleRequest.value, name: importName.name ?? '*' })
  }
  return { names: [...new Set(names)], local, imported, declared: declarations(program, comments, source) }
}

function declarations(
  program: Program,
  comments: readonly Comment[],
  source: string,
): ReadonlyMap<string, boolean> {
  const docs = comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
  const hasDoc = (start: number): boolean =>
    docs.some(({ end }) => end <= start && source.slice(end, start).trim() === '')
  const declared = new Map<string, boolean>()
  for (const statement of program.body) {
    const inner =
      statement.type === 'ExportNamedDeclaration' && statement.declaration !== null
        ? statement.declaration
        : statement
    // Overloads, or a type and a value of the same name: one comment is enough.
    for (const name of namesOf(inner))
      declared.set(name, (declared.get(name) ?? false) || hasDoc(statement.start))
  }
  return declared
}

function namesOf(node: Program['body'][number]): readonly string[] {
  switch (node.type) {
    case 'VariableDeclaration':
      return node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
    case 'ImportDeclaration':
      return node.specifiers.flatMap(({ type, local }) =>
        type === 'ImportNamespaceSpecifier' ? [local.name] : [],
      )
    case 'ExportAllDeclaration':
      return node.exported?.type === 'Identifier' ? [node.exported.name] : []
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
    case 'ClassDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return node.id === null ? [] : [node.id.name]
    default:
      return []
  }
}
