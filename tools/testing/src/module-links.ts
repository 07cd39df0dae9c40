import { parseSync, Visitor } from 'oxc-parser'

/** The imports of a module, and whether it has a default export. */
export interface ModuleLinks {
  /** Specifiers of imports, re-exports, dynamic imports and type imports, as written. */
  readonly imports: readonly string[]
  readonly hasDefaultExport: boolean
}

/** Reads the links of a TypeScript module. Throws when it does not parse. */
export function moduleLinks(path: string, source: string): ModuleLinks {
  const { program, module, errors } = parseSync(path, source)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`)
  const exported = module.staticExports.flatMap(({ entries }) => entries)
  const inline: string[] = []
  new Visitor({
    TSImportType: ({ source: { value } }) => inline.push(value),
    ImportExpression: ({ source: from }) => {
      if (from.type === 'Literal' && typeof from.value === 'string') inline.push(from.value)
    },
  }).visit(program)
  return {
    imports: [
      ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
      ...exported.flatMap(({ moduleRequest }) => (moduleRequest === null ? [] : [moduleRequest.value])),
      ...inline,
    ],
    hasDefaultExport: exported.some(({ exportName }) => isDefault(exportName)),
  }
}

// The parser's kind is a const enum, which cannot be imported from a declaration file.
const isDefault = ({ kind, name }: { readonly kind: string; readonly name: string | null }): boolean =>
  kind === 'Default' || name === 'default'
