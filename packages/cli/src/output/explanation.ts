import type { Definition, OptionDescription, Paper } from '@umbra/core'
import { columns } from './format.js'
import { type Style, styleFor } from './style.js'

export interface Explained {
  readonly definition: Definition
  readonly options: readonly OptionDescription[]
  /** Name and version of the plugin it came with. */
  readonly plugin: string
}

/** A page on one definition, ending in a newline. */
export function explanation({ definition, options, plugin }: Explained, colour: boolean): string {
  const style = styleFor(colour)
  const heading = definition.kind === 'method' ? definition.title : definition.summary
  const blocks = [`${style.bold(`${definition.kind} ${definition.id}`)}: ${heading}`]
  if (definition.kind === 'method') {
    blocks.push(definition.summary, block(style, 'Loss', definition.formula))
    blocks.push(block(style, 'Teachers', range(definition.teachers)))
    if (definition.paper !== undefined) blocks.push(block(style, 'Paper', cite(definition.paper)))
    if (definition.departures !== undefined && definition.departures.length > 0) {
      blocks.push(
        block(style, 'Departs from the paper', definition.departures.map((d) => `- ${d}`).join('\n')),
      )
    }
  }
  if (definition.kind === 'model' && Object.keys(definition.taps).length > 0) {
    blocks.push(block(style, 'Taps', columns(Object.entries(definition.taps))))
  }
  if (definition.kind === 'format') blocks.push(block(style, 'Files', definition.extensions.join(', ')))
  blocks.push(block(style, 'Options', options.length === 0 ? 'none' : optionTable(options)))
  blocks.push(block(style, 'Plugin', plugin))
  return `${blocks.join('\n\n')}\n`
}

const block = (style: Style, title: string, text: string): string =>
  `${style.bold(title)}\n${text.replace(/^(?=.)/gm, '  ')}`

const range = ({ min, max }: { readonly min: number; readonly max: number }): string =>
  min === max ? String(min) : max === Infinity ? `${min} or more` : `${min} to ${max}`

function cite({ title, venue, arxiv, equations }: Paper): string {
  const lines = [`${title}. ${venue}${arxiv === undefined ? '' : `, arXiv:${arxiv}`}`]
  if (equations !== undefined) lines.push(equations)
  return lines.join('\n')
}

function optionTable(options: readonly OptionDescription[]): string {
  return columns(
    options.map(({ name, type, range, description, ...rest }) => [
      name,
      'default' in rest ? `default ${JSON.stringify(rest.default)}` : 'no default',
      range === undefined ? type : `${type} ${range}`,
      description ?? '',
    ]),
  )
}
