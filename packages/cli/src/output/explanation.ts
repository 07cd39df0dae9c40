import type { Definition, MethodDefinition, Paper } from '@umbra/core'
import type { OptionDescription } from '@umbra/core/trainer'
import { columns } from './format.js'
import { type MethodNeeds, range } from './method-needs.js'
import { type Style, styleFor } from './style.js'

export interface Explained {
  readonly definition: Definition
  readonly options: readonly OptionDescription[]
  /** Name and version of its plugin. */
  readonly plugin: string
  /** Names of the trainer's hooks that the definition fills. */
  readonly hooks?: readonly string[] | undefined
  /** For a method. */
  readonly needs?: MethodNeeds | undefined
  /** Of a sum: its parts under their names, each with its options. */
  readonly parts?: readonly ExplainedPart[] | undefined
}

/** One method of a sum. */
export interface ExplainedPart {
  readonly name: string
  readonly definition: MethodDefinition
  readonly options: readonly OptionDescription[]
}

const FORMULA = { optimiser: 'Update', schedule: 'Rate', metric: 'Figure' } as const
const BETTER = { higher: 'Higher is better.', lower: 'Lower is better.' } as const

/** A page about one definition, with a final newline. */
export function explanation(
  { definition, options, plugin, hooks, needs, parts = [] }: Explained,
  colour: boolean,
): string {
  const style = styleFor(colour)
  const heading =
    definition.kind === 'method' || definition.kind === 'metric' ? definition.title : definition.summary
  const blocks = [`${style.bold(`${definition.kind} ${definition.id}`)}: ${heading}`]
  if (definition.kind === 'method') {
    blocks.push(definition.summary, block(style, 'Loss', definition.formula))
    blocks.push(block(style, 'Needs', columns(needsTable(definition, needs))))
    if (definition.paper !== undefined) blocks.push(block(style, 'Paper', cite(definition.paper)))
    if (definition.departures !== undefined && definition.departures.length > 0) {
      blocks.push(
        block(style, 'Departs from the paper', definition.departures.map((d) => `- ${d}`).join('\n')),
      )
    }
  }
  if (definition.kind === 'metric') blocks.push(`${definition.summary} ${BETTER[definition.better]}`)
  if (definition.kind === 'optimiser' || definition.kind === 'schedule' || definition.kind === 'metric') {
    if (definition.formula !== undefined)
      blocks.push(block(style, FORMULA[definition.kind], definition.formula))
    if (definition.paper !== undefined) blocks.push(block(style, 'Paper', cite(definition.paper)))
  }
  if (definition.kind === 'model' && Object.keys(definition.taps).length > 0) {
    blocks.push(block(style, 'Taps', columns(Object.entries(definition.taps))))
  }
  if (definition.kind === 'hooks') {
    if (hooks !== undefined) blocks.push(block(style, 'Hooks', hooks.join(', ')))
    if (definition.needsValidation === true)
      blocks.push(block(style, 'Needs', 'images held out from training'))
  }
  if (definition.kind === 'format') blocks.push(block(style, 'Files', definition.extensions.join(', ')))
  for (const part of parts) blocks.push(partBlock(style, part))
  const own = options.filter(({ name }) => !parts.some((part) => part.name === name))
  const heads = parts.length === 0 ? 'Options' : 'Options of the sum'
  blocks.push(block(style, heads, own.length === 0 ? 'none' : optionTable(own)))
  blocks.push(block(style, 'Plugin', plugin))
  return `${blocks.join('\n\n')}\n`
}

/** A method of a sum: what it is, its paper, its options by the names that lead to them. */
function partBlock(style: Style, { name, definition, options }: ExplainedPart): string {
  const { title, formula, paper } = definition
  const lines = [title, ...(formula === '' ? [] : [formula]), ...(paper === undefined ? [] : [cite(paper)])]
  const named = options.map((option) => ({ ...option, name: `${name}.${option.name}` }))
  return block(
    style,
    `Part ${name}`,
    [...lines, ...(named.length === 0 ? [] : [optionTable(named)])].join('\n'),
  )
}

const block = (style: Style, title: string, text: string): string =>
  `${style.bold(title)}\n${text.replace(/^(?=.)/gm, '  ')}`

function needsTable({ teachers }: MethodDefinition, needs: MethodNeeds | undefined): string[][] {
  const rows = [['teachers', range(teachers)]]
  if (needs === undefined) return rows
  const { studentTaps, teacherTaps, peers, assistants, labels, terms } = needs
  if (labels) rows.push(['labels', 'for the term ce'])
  if (studentTaps.length > 0) rows.push(['taps of the student', studentTaps.join(', ')])
  if (teacherTaps.length > 0) rows.push(['taps of each teacher', teacherTaps.join(', ')])
  if (peers > 0) rows.push(['other students', String(peers)])
  if (assistants.length > 0) rows.push(['trained before', assistants.join(', ')])
  return [...rows, ['terms in the log', terms.join(', ')]]
}

function cite({ title, venue, arxiv, equations, equationsChecked }: Paper): string {
  const lines = [`${title}. ${venue}${arxiv === undefined ? '' : `, arXiv:${arxiv}`}`]
  if (equations === undefined)
    lines.push('No equation is cited: see below for the definition that was followed.')
  else {
    const doubt = equationsChecked === true ? '' : ' (not checked against the paper’s text)'
    lines.push(`${noun(equations)}${equations}${doubt}`)
  }
  return lines.join('\n')
}

/** `Equation 3; ...`, `Equations 4 to 9`; nothing before a section. */
const noun = (equations: string): string =>
  /^\d+(, | to )\d/.test(equations) ? 'Equations ' : /^\d/.test(equations) ? 'Equation ' : ''

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
