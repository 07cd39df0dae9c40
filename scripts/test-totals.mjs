import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Totals of every JSON report of vitest in a folder. A file that could not be run counts as one failure. */
export function reportTotals(folder) {
  let totals = { passed: 0, failed: 0, skipped: [] }
  if (!existsSync(folder)) return totals
  for (const name of readdirSync(folder)) {
    const report = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    for (const { status, assertionResults } of report.testResults) {
      const of = (state) => assertionResults.filter((test) => test.status === state)
      const [passed, failed] = [of('passed').length, of('failed').length]
      const skipped = assertionResults.filter((test) => !['passed', 'failed'].includes(test.status))
      totals = addTotals(totals, {
        passed,
        failed: failed === 0 && status === 'failed' ? 1 : failed,
        skipped: skipped.map((test) => test.fullName),
      })
    }
  }
  return totals
}

export const addTotals = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: [...a.skipped, ...b.skipped],
})

export const totalsLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed, ${skipped.length} skipped`

/** `4 min 7 s`. */
export function duration(milliseconds) {
  const seconds = Math.round(milliseconds / 1000)
  const minutes = Math.floor(seconds / 60)
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`
}
