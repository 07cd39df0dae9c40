import type { GoldenComparison } from '@umbra/core/testing'
import type { CaseResult } from '../verify/verify-golden.js'
import { columns } from './format.js'
import { styleFor } from './style.js'

export interface VerificationView {
  readonly engine: string
  /** One line per family instead of one per case. */
  readonly byFamily: boolean
  readonly colour: boolean
}

/** The result of `umbra verify` as a table, followed by failures and cases left out. */
export function verificationText(results: readonly CaseResult[], view: VerificationView): string {
  const style = styleFor(view.colour)
  const compared = results.filter(({ status }) => status === 'passed' || status === 'failed')
  const failed = compared.filter(({ status }) => status === 'failed')
  const lines: string[] = [`engine ${view.engine}`, '']
  if (compared.length > 0) {
    const heading = [
      view.byFamily ? 'family' : 'case',
      'cases',
      'loss',
      'terms',
      'gradients',
      'of tolerance',
      '',
    ]
    const rows = view.byFamily
      ? [...groups(compared)].map(([method, cases]) => row(method, cases))
      : compared.map((result) => row(result.id, [result]))
    const [first = '', ...rest] = columns([heading, ...rows]).split('\n')
    lines.push(style.bold(first), ...rest, '')
  }
  for (const { id, problems } of failed)
    lines.push(style.red(`FAILED ${id}: ${problems.slice(0, 4).join('; ')}${more(problems.length - 4)}`))
  if (failed.length > 0) lines.push('')
  lines.push(...leftOut(results), ...notComputed(compared))
  lines.push(
    `${compared.length - failed.length} of ${compared.length} compared cases agree; largest relative errors, tolerances as in the golden format`,
  )
  return `${lines.join('\n')}\n`
}

function leftOut(results: readonly CaseResult[]): string[] {
  const named = (status: CaseResult['status'], what: string): string[] => {
    const cases = results.filter((result) => result.status === status)
    if (cases.length === 0) return []
    const lines = [...groups(cases)].map(
      ([method, group]) => `  ${method}: ${group.map(({ id }) => id).join(', ')}`,
    )
    return [`${cases.length} ${cases.length === 1 ? 'case' : 'cases'} ${what}:`, ...lines, '']
  }
  return [
    ...named('no-method', 'not compared, no plugin has a golden definition for'),
    ...named('no-counterpart', 'not compared, deliberately without a counterpart here'),
    ...named('breakdown', 'not compared, documented breakdowns of the published code'),
  ]
}

/** Published values that no method computes. */
function notComputed(results: readonly CaseResult[]): string[] {
  const lines = [...groups(results)].flatMap(([method, cases]) => {
    const keys = new Set(cases.flatMap(({ missing }) => missing))
    return keys.size === 0 ? [] : [`  ${method}: ${[...keys].join(', ')}`]
  })
  return lines.length === 0 ? [] : ['published values that are not computed here:', ...lines, '']
}

function row(name: string, cases: readonly CaseResult[]): string[] {
  const largest = (sort: 'loss' | 'terms' | 'gradients'): string => {
    const errors = cases.flatMap((result) => result[sort]?.error ?? [])
    return errors.length === 0 ? '-' : scientific(Math.max(...errors))
  }
  const used = cases.flatMap(({ loss, terms, gradients }) => [loss, terms, gradients].flatMap(share))
  const failures = cases.filter(({ status }) => status === 'failed').length
  return [
    name,
    String(cases.length),
    largest('loss'),
    largest('terms'),
    largest('gradients'),
    used.length === 0 ? '-' : percentOf(Math.max(...used)),
    failures === 0 ? 'ok' : cases.length === 1 ? 'FAILED' : `${failures} FAILED`,
  ]
}

const share = (comparison: GoldenComparison | undefined): number[] =>
  comparison === undefined ? [] : [comparison.error / comparison.tolerance]

function groups(results: readonly CaseResult[]): Map<string, CaseResult[]> {
  const byMethod = new Map<string, CaseResult[]>()
  for (const result of results) byMethod.set(result.method, [...(byMethod.get(result.method) ?? []), result])
  return byMethod
}

const scientific = (value: number): string => (value === 0 ? '0' : value.toExponential(1))
const percentOf = (value: number): string =>
  value < 100 ? `${String(Number((100 * value).toPrecision(2)))} %` : '> 100 x'
const more = (count: number): string => (count > 0 ? `; and ${count} more` : '')
