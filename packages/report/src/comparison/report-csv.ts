import type { ArmResult, ComparisonRecord } from '@umbra/core/trainer'
import { stringify } from 'csv-stringify/sync'
import { cleanText } from '../clean-text.js'

const COLUMNS = [
  'pair',
  'method',
  'label',
  'seed',
  'status',
  'code',
  'reason',
  'final_top1',
  'final_top5',
  'final_loss',
  'best_epoch',
  'best_validation_top1',
  'best_top1',
  'best_top5',
  'best_loss',
  'average_top1',
  'average_top5',
  'average_loss',
  'stopped_epoch',
  'stopped_reason',
  'seconds',
  'own_seconds',
  'images_per_second',
] as const

type Row = Readonly<Record<(typeof COLUMNS)[number], string | number | undefined>>

/**
 * One row per arm, fractions 0..1 unrounded, epochs from 1; after these columns one for each figure of a metric:
 * `final_macro-f1`, `final_class-accuracy/cat`. A text that a spreadsheet would read as a formula gets a leading apostrophe.
 */
export function reportCsv({ pairs }: ComparisonRecord): string {
  const rows = pairs.flatMap((pair) =>
    pair.methods.flatMap(({ id, label, arms }) =>
      arms.map((arm) => ({
        row: { pair: inert(pair.id), method: inert(id), label: inert(label), ...figures(arm) } satisfies Row,
        metrics: metricFigures(arm),
      })),
    ),
  )
  const further = [...new Set(rows.flatMap(({ metrics }) => [...metrics.keys()]))]
  return stringify(
    rows.map(({ row, metrics }) => [
      ...COLUMNS.map((column) => row[column]),
      ...further.map((name) => metrics.get(name)),
    ]),
    { header: true, columns: [...COLUMNS, ...further.map(inert)], record_delimiter: 'unix' },
  )
}

/** Figures of an arm's metrics by the name of their column. */
const metricFigures = ({ metrics = {} }: ArmResult): ReadonlyMap<string, number> =>
  new Map(
    OUTCOMES.flatMap((outcome) =>
      Object.entries(metrics[outcome] ?? {}).flatMap(([id, value]) => {
        const column = `${outcome}_${id}`
        if (typeof value === 'number') return [[column, value] as const]
        return Object.entries(value).map(([name, figure]) => [`${column}/${name}`, figure] as const)
      }),
    ),
  )

const OUTCOMES = ['final', 'best', 'average'] as const

function figures(arm: ArmResult): Omit<Row, 'pair' | 'method' | 'label'> {
  const { seed, failed, final, best, bestEpoch, average, stopped, seconds, ownSeconds, imagesPerSecond } = arm
  return {
    seed,
    status: failed === undefined ? 'finished' : 'failed',
    code: failed && inert(failed.code),
    reason: failed && inert(failed.reason),
    final_top1: final?.top1,
    final_top5: final?.top5,
    final_loss: final?.loss,
    best_epoch: bestEpoch && bestEpoch.epoch + 1,
    best_validation_top1: bestEpoch?.validation.top1,
    best_top1: best?.top1,
    best_top5: best?.top5,
    best_loss: best?.loss,
    average_top1: average?.top1,
    average_top5: average?.top5,
    average_loss: average?.loss,
    stopped_epoch: stopped && stopped.epoch + 1,
    stopped_reason: stopped && inert(stopped.reason),
    seconds,
    own_seconds: ownSeconds,
    images_per_second: imagesPerSecond,
  }
}

// The library's own `escape_formulas` would put an apostrophe before negative numbers too.
const inert = (text: string): string =>
  cleanText(text)
    .trim()
    .replace(/^[=+\-@\uff1d\uff0b\uff0d\uff20]/u, "'$&")
