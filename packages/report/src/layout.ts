import { duration, parameters, percent, percentSpread, pointsSpread } from './format.js'
import type { ComparisonTable, MethodSummary } from './summarise.js'

export interface Row {
  /** Untrusted text. */
  readonly name: string
  readonly best: boolean
  readonly cells: readonly string[]
}

/** The cells of a comparison, before they are written for a terminal or as Markdown. */
export interface Layout {
  readonly header: readonly string[]
  /** Teachers first. */
  readonly rows: readonly Row[]
  /** Untrusted text, one sentence each. */
  readonly notes: readonly string[]
}

export function layout(table: ComparisonTable): Layout {
  const { baseline } = table
  const versus = baseline !== undefined
  const teachers = table.teachers.map(({ label, parameters: size, top1, top5, loss }) => ({
    name: `teacher ${label}, ${parameters(size)}`,
    best: false,
    cells: ['', percent(top1), percent(top5), ...(versus ? [''] : []), loss.toFixed(3), '', ''],
  }))
  const methods = table.methods.map((method) => ({
    name: method.label,
    best: method.best,
    cells: methodCells(method, baseline),
  }))
  const columns = ['seeds', 'top-1 %', 'top-5 %', ...(versus ? [`vs ${baseline}`] : []), 'loss', 'images/s']
  return {
    header: ['method', ...columns, 'time'],
    rows: [...teachers, ...methods],
    notes: allNotes(table),
  }
}

function methodCells(method: MethodSummary, baseline: string | undefined): string[] {
  const { seeds, failed, top1, top5, loss, imagesPerSecond, seconds, difference } = method
  const versus =
    difference !== undefined ? pointsSpread(difference) : method.label === baseline ? 'baseline' : ''
  return [
    failed.length === 0 ? String(seeds.length) : `${seeds.length} of ${seeds.length + failed.length}`,
    top1 === undefined ? 'failed' : percentSpread(top1),
    top5 === undefined ? '' : percent(top5.mean),
    ...(baseline === undefined ? [] : [versus]),
    loss === undefined ? '' : loss.mean.toFixed(3),
    imagesPerSecond === undefined ? '' : imagesPerSecond.mean.toFixed(0),
    seconds === undefined ? '' : duration(seconds.mean),
  ]
}

function allNotes({ student, methods, notes, baseline, credit }: ComparisonTable): string[] {
  return [
    ...(student === undefined
      ? []
      : [`Student ${student.label}, ${parameters(student.parameters)} parameters.`]),
    ...methods.flatMap(({ label, failed }) =>
      failed.map(({ seed, reason }) => `${label}, seed ${seed}, failed: ${reason}`),
    ),
    ...(methods.some(({ best }) => best)
      ? ['* highest mean top-1 of the methods whose seeds all finished.']
      : []),
    ...(baseline === undefined
      ? []
      : [
          `vs ${baseline}: top-1 in percentage points, paired by seed; images/s and time are means over seeds.`,
        ]),
    ...notes,
    ...(credit === undefined ? [] : [credit]),
  ]
}
