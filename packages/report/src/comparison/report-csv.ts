import type { ArmFigures, ComparisonRecord } from '@umbra/core/trainer'
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
  'last_top1',
  'last_top5',
  'last_loss',
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
 * One row an arm, fractions 0..1 unrounded, epochs from 1. A text that a spreadsheet would take for a formula gets an
 * apostrophe before it.
 */
export const reportCsv = ({ pairs }: ComparisonRecord): string =>
  stringify(
    pairs.flatMap((pair) =>
      pair.methods.flatMap(({ id, label, arms }) =>
        arms.map((arm): Row => ({
          pair: inert(pair.id),
          method: inert(id),
          label: inert(label),
          ...figures(arm),
        })),
      ),
    ),
    { header: true, columns: [...COLUMNS], record_delimiter: 'unix' },
  )

function figures(arm: ArmFigures): Omit<Row, 'pair' | 'method' | 'label'> {
  const { seed, status, failed, last, best, average, stopped, seconds, ownSeconds, imagesPerSecond } = arm
  return {
    seed,
    status,
    code: failed && inert(failed.code),
    reason: failed && inert(failed.reason),
    last_top1: last?.top1,
    last_top5: last?.top5,
    last_loss: last?.loss,
    best_epoch: best && best.epoch + 1,
    best_validation_top1: best?.validation.top1,
    best_top1: best?.test.top1,
    best_top5: best?.test.top5,
    best_loss: best?.test.loss,
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
