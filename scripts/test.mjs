import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, StepFailed, attempt, prepareEngine, script, setUp } from './bootstrap.mjs'
import { addTotals, reportTotals, totalsLine } from './test-totals.mjs'

// `npm test`: everything `pnpm check` does, in its order, from a bare clone.
script(() => {
  const reports = join(ROOT, '.umbra', 'reports')
  rmSync(reports, { recursive: true, force: true })
  let totals = { passed: 0, failed: 0, skipped: [] }
  const step = (name) => {
    console.log(`\n== ${name}`)
    const folder = join(reports, name.replaceAll(':', '-'))
    const done = attempt('pnpm', ['run', name], { UMBRA_TEST_REPORTS: folder, TURBO_TELEMETRY_DISABLED: '1' })
    const found = reportTotals(folder)
    // `direction` repeats a test of `test:packages`: it counts only when it fails.
    if (name === 'test:packages' || !done) totals = addTotals(totals, found)
    if (!done) throw new StepFailed(name)
  }
  try {
    setUp()
    if (!prepareEngine()) console.log('tests of the tensorflow engine are skipped')
    for (const name of checkSteps()) step(name)
    if (totals.passed === 0) throw new StepFailed('test:packages ran no test')
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error
    // A step without tests of its own counts as one.
    if (totals.failed === 0) totals = addTotals(totals, { passed: 0, failed: 1, skipped: [] })
    console.error(`\nfailed: ${error.message}`)
  }
  for (const name of totals.skipped) console.log(`skipped: ${name}`)
  console.log(`\n${totalsLine(totals)}`)
  return totals.failed === 0 ? 0 : 1
})

/** The steps of `pnpm check`, read from it so that the two cannot differ. */
function checkSteps() {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const steps = scripts.check.split('&&').map((part) => /^pnpm run ([\w:]+)$/.exec(part.trim())?.[1])
  if (steps.includes(undefined))
    throw new StepFailed('reading the steps of the script "check" in package.json')
  return steps
}
