import { parseSync } from 'oxc-parser'
import type { PublicName } from './public-names.js'

/** Imports in the TypeScript blocks of a Markdown text that no entry point exports. */
export function unknownImports(markdown: string, names: readonly PublicName[]): string[] {
  const doors = new Set(names.map(({ door }) => door))
  const offered = new Set(names.map(({ door, name }) => `${name} of ${door}`))
  const blocks = [...markdown.matchAll(/^```ts\n([^]*?)^```/gm)].map(([, code = '']) => code)
  return blocks.flatMap((code) => {
    // A fragment may not parse.
    if (!/^import /m.test(code)) return []
    const { module, errors } = parseSync('example.ts', code)
    if (errors.length > 0) return [errors[0]?.message ?? 'does not parse']
    return module.staticImports.flatMap(({ moduleRequest: { value: door }, entries }) => {
      if (!door.startsWith('@umbra/')) return []
      if (!doors.has(door)) return [`there is no ${door}`]
      return entries
        .map(({ importName, localName }) => `${importName.name ?? localName.value} of ${door}`)
        .filter((text) => !offered.has(text))
        .map((text) => `there is no ${text}`)
    })
  })
}
