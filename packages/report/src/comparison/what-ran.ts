import type { ComparisonRecord } from '@umbra/core/trainer'
import type { ReportBlock, ReportSection, ReportTable } from '../document/document.js'
import { duration } from '../format.js'
import { count, optionsText, valueText } from '../texts.js'

const facts = (caption: string, rows: readonly (readonly [string, string | undefined])[]): ReportTable => ({
  caption,
  columns: [{ title: 'What' }, { title: 'Value', wrap: true }],
  rows: rows.filter((row): row is readonly [string, string] => row[1] !== undefined),
})

/** What is needed to repeat the run: command, versions, data, recipe, machine. */
export function whatRan(record: ComparisonRecord): ReportSection {
  const { command, created, seconds, dataset, seeds, environment, hooks = [], metrics = [] } = record
  const plugins = environment.plugins.map(({ name, version }) => `${name} ${version}`).join(', ')
  return {
    id: 'what-ran',
    title: 'What ran',
    blocks: [
      { kind: 'code', text: `umbra ${command}` },
      {
        kind: 'table',
        table: facts('The run and the machine.', [
          ['Started', created],
          ['Wall time', duration(seconds)],
          ['Seeds', seeds.join(', ')],
          ['Hooks', hooks.length === 0 ? undefined : hooks.map(hookText).join('; ')],
          ['Metrics', metrics.length === 0 ? undefined : metrics.map(hookText).join('; ')],
          ['Umbra', environment.umbra],
          ['Revision', environment.gitRevision],
          ['Plugins', plugins === '' ? undefined : plugins],
          ['Engine', environment.engine],
          ['Node', environment.node],
          ['Platform', environment.platform],
          ['Processor', `${environment.processor}, ${environment.cores} cores`],
          ['Memory', `${(environment.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
        ]),
      },
      {
        kind: 'table',
        table: facts('The data.', [
          ['Data set', `${dataset.id}, ${dataset.classes} classes`],
          [
            'Images',
            `${count(dataset.train)} training, ${count(dataset.validation)} validation, ${count(dataset.test)} test`,
          ],
          ...dataset.sources.map(({ name, sha256 }) => [`sha256 of ${name}`, sha256] as const),
        ]),
      },
      {
        kind: 'table',
        table: facts(
          'The recipe.',
          flat(record.recipe).map(([path, value]) => [path, value]),
        ),
      },
    ] satisfies ReportBlock[],
  }
}

/** `ema (decay 0.999, warmUp true)`. */
const hookText = ({
  id,
  options,
}: Pick<NonNullable<ComparisonRecord['hooks']>[number], 'id' | 'options'>): string =>
  Object.keys(options).length === 0 ? id : `${id} (${optionsText(options)})`

/** Path and value of every leaf: `schedule.milestones`, `6, 8`. */
function flat(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [[path, valueText(value)]]
  }
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, path === '' ? key : `${path}.${key}`))
}
