import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { ROOT, StepFailed, attempt, attemptBeside, prepareEngine, script, setUp } from './bootstrap.mjs'
import { addTotals, duration, reportTotals, totalsLine } from './test-totals.mjs'

/** Groups of steps on one core each that need nothing of each other: they run beside each other. */
const BESIDE = [
  ['format', 'lint', 'types'],
  ['direction', 'names', 'dead', 'api'],
]

// `npm test`: everything `pnpm check` does, from a bare clone. A step that fails does not keep the others from running.
await script(async () => {
  const reports = join(ROOT, '.umbra', 'reports')
  rmSync(reports, { recursive: true, force: true })
  const began = performance.now()
  const results = []
  let totals = { passed: 0, failed: 0, skipped: [] }
  const step = (name, work) => {
    console.log(`\n== ${name}`)
    const from = performance.now()
    const done = work()
    results.push({ name, done, time: duration(performance.now() - from) })
    return done
  }
  const folderOf = (name) => join(reports, name.replaceAll(':', '-'))
  const envOf = (name) => ({ UMBRA_TEST_REPORTS: folderOf(name), TURBO_TELEMETRY_DISABLED: '1' })
  const count = (name, done) => {
    const found = reportTotals(folderOf(name))
    // `direction` repeats a test of `test:packages`: it counts only when it fails. A step without tests counts as one.
    if (name === 'test:packages' || !done) totals = addTotals(totals, found)
    if (!done && found.failed === 0) totals = addTotals(totals, { passed: 0, failed: 1, skipped: [] })
  }
  const pnpmStep = (name) =>
    count(
      name,
      step(name, () => attempt('pnpm', ['run', name], envOf(name))),
    )
  const stepBeside = async (name) => {
    const from = performance.now()
    const { done, output } = await attemptBeside('pnpm', ['run', name], envOf(name))
    console.log(`\n== ${name}\n${output.trimEnd()}`)
    results.push({ name, done, time: duration(performance.now() - from) })
    count(name, done)
  }
  try {
    step('setup', () => {
      setUp()
      return true
    })
    if (!prepareEngine()) console.log('tests of the tensorflow engine are skipped')
    const done = new Set()
    for (const name of checkSteps()) {
      if (done.has(name)) continue
      const group = BESIDE.find((names) => names.includes(name))
      for (const each of group ?? [name]) done.add(each)
      if (group === undefined) pnpmStep(name)
      else await Promise.all(group.map(stepBeside))
    }
    if (totals.passed === 0) throw new StepFailed('test:packages ran no test')
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error
    totals = addTotals(totals, { passed: 0, failed: 1, skipped: [] })
    console.error(`\nfailed: ${error.message}`)
  }
  console.log('')
  for (const name of totals.skipped) console.log(`skipped: ${name}`)
  for (const file of longTests()) console.log(`left out, \`npm run test:long\` runs it: ${file}`)
  for (const { name, done, time } of results) console.log(`${done ? 'passed' : 'FAILED'} ${name}, ${time}`)
  console.log(`\nin all ${duration(performance.now() - began)}`)
  // Alone on its line: build servers look for it.
  console.log(totalsLine(totals))
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

/** Test files that are too slow for every run. */
function longTests() {
  const packages = ['packages', 'tools'].flatMap((group) =>
    readdirSync(join(ROOT, group)).map((name) => `${group}/${name}`),
  )
  return packages.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && ['src', 'test'].includes(entry.name))
      .flatMap(({ name }) =>
        readdirSync(join(ROOT, folder, name), { recursive: true })
          .filter((file) => file.endsWith('.long.test.ts'))
          .map((file) => `${folder}/${name}/${file}`),
      ),
  )
}
