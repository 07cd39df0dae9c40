import { columns } from './format.js'
import type { Style } from './style.js'

/** What a table says of a plugin. */
export interface PluginRow {
  readonly name: string
  readonly version: string
  readonly contract: number
  readonly core?: string
  readonly from: string
  readonly provides: Readonly<Record<string, readonly string[]>>
}

/** Plugins with their versions, their contracts and ranges of the core, where they were found and how much they provide. */
export const pluginTable = (plugins: readonly PluginRow[]): string =>
  columns(
    plugins.map(({ name, version, contract, core, from, provides }) => [
      `  ${name}`,
      version,
      `contract ${contract}${core === undefined ? '' : `, core ${core}`}`,
      from,
      Object.entries(provides)
        .map(([kind, ids]) => counted(kind, ids.length))
        .join(', ') || 'nothing by id',
    ]),
  )

const counted = (kind: string, count: number): string =>
  `${count} ${count === 1 || kind.endsWith('s') ? kind : plural(kind)}`

const plural = (kind: string): string =>
  kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : kind === 'golden' ? kind : `${kind}s`

/** What is wrong with plugins, and the command that mends it. */
export function pluginProblemText(
  { problems, mend }: { readonly problems: readonly string[]; readonly mend?: string },
  style: Style,
): string {
  const lines = problems.map((text) => `  - ${text.replaceAll('\n', '\n    ')}`)
  const command = mend === undefined ? [] : [`  To mend ${problems.length === 1 ? 'it' : 'them'}: ${mend}`]
  return [style.bold('Problems of plugins'), ...lines, ...command].join('\n')
}
