// Kills a comparison repeatedly at random times, resumes it, and compares its result to that of an uninterrupted run.
//
//   node bench/kill-and-resume.mjs [--kills N] [--every S] [--progress] [--writes] [--seed N] [--reference FOLDER] [--keep] -- compare -c CONFIG [flags]
//
// The arguments after -- are those of the `umbra` command, without --name, --runs, --resume and --overwrite. Without
// --every the whole run (every process of it) is killed N times, at times drawn evenly over the duration of the
// uninterrupted run, or with --progress over the events that it logged, so that a slow start takes none of them. With
// --writes each kill waits from then on for the next moment at which a file is being written. With --every S the run
// continues and one of its worker processes (--workers) is killed every S seconds. --reference takes the folder of an
// uninterrupted run of the same configuration instead of making one. Where each kill fell is printed.
// The exit code is 0 when the tables are the same, nothing finished was trained twice, and no unfinished file is left.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const UMBRA = resolve(import.meta.dirname, '../packages/cli/bin/umbra.js')
const at = process.argv.indexOf('--')
const words = at < 0 ? [] : process.argv.slice(at + 1)
const { values } = parseArgs({
  args: process.argv.slice(2, at < 0 ? undefined : at),
  options: {
    kills: { type: 'string', default: '5' },
    every: { type: 'string' },
    progress: { type: 'boolean', default: false },
    writes: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    reference: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})
if (words.length === 0) {
  process.stderr.write('usage: node bench/kill-and-resume.mjs [--kills N] [--every S] -- compare -c CONFIG\n')
  process.exit(2)
}
const say = (text) => process.stdout.write(`${text}\n`)
const scratch = mkdtempSync(join(tmpdir(), 'umbra-kills-'))

/** Mulberry32: a seed always gives the same kills. */
let state = Number(values.seed)
function random() {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

/** Starts the command in a separate process group. */
function start(runs, more) {
  const args = [UMBRA, ...words, '--name', 'run', '--runs', runs, ...more]
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  let err = ''
  child.stderr.on('data', (text) => (err = (err + text).slice(-4000)))
  const ended = new Promise((done) =>
    child.on('exit', (code, signal) =>
      done({ code, signal, err: err.trim().split('\n').slice(-3).join(' | ') }),
    ),
  )
  return { child, ended }
}

/** Kills every process of the group at once, as a power cut would. */
function killAll({ child }) {
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has already ended.
  }
}

async function finish(run, what) {
  const { code, signal, err } = await run.ended
  if (code !== 0) throw new Error(`${what} ended with ${signal ?? code}: ${err}`)
}

const children = (pid) =>
  spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .stdout.split('\n')
    .map(Number)
    .filter((child) => child > 0)

/** The result table without times: test and validation figures of every arm, and weights' bytes. */
function tableOf(folder) {
  const record = JSON.parse(readFileSync(join(folder, 'record.json'), 'utf8'))
  return record.pairs.flatMap((pair) =>
    pair.methods.flatMap(({ label, options, arms }) =>
      arms.map(({ seed, failed, final, best, bestEpoch, history }) =>
        JSON.stringify([pair.id, label, options, seed, failed, final, best, bestEpoch, history]),
      ),
    ),
  )
}

function studentsOf(folder) {
  return readdirSync(join(folder, 'arms'))
    .sort()
    .flatMap((arm) =>
      ['student.safetensors', 'best.safetensors']
        .map((file) => join(folder, 'arms', arm, file))
        .filter(existsSync)
        .map((file) => [`${arm} ${file.split(/[\\/]/).at(-1)}`, readFileSync(file).toString('base64')]),
    )
}

/** The events of a run; none before its folder is made. */
function eventsOf(folder) {
  const file = join(folder, 'events.jsonl')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line)]
    } catch {
      // A line cut short by a kill.
      return []
    }
  })
}

/** What a session had come to: its last stage, or what comes before the first and after the last. */
function phaseOf(folder, before) {
  if (!existsSync(join(folder, 'run.json'))) return 'before the run folder was made'
  const events = eventsOf(folder).slice(before)
  const at = events.findLastIndex(({ type }) => type === 'stage-start')
  if (at < 0) return 'start-up'
  const { stage, steps } = events[at]
  const after = events.slice(at + 1).filter((event) => event.stage === stage)
  const saved = after.findLast(({ type }) => type === 'checkpoint')
  if (after.some(({ type }) => type === 'stage-end')) return `${stage}: results`
  return `${stage}: steps of ${steps}, ${saved === undefined ? 'no checkpoint yet' : `checkpoint ${saved.step}`}`
}

/** The name under which a file is written before it is renamed. */
const DRAFT = /\.draft$/

/** Files that were being written when the run was killed. */
const unfinished = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => DRAFT.test(name)).length
    : 0

/** Waits until a file in a folder is being written; events and metrics, which only grow, do not count. */
function nextWrite(folder, ended) {
  let watcher
  const written = new Promise((done) => {
    watcher = watch(folder, { recursive: true }, (_, name) => {
      if (DRAFT.test(name ?? '')) done()
    })
  })
  return Promise.race([written, ended]).finally(() => watcher.close())
}

/** Steps of each stage that were trained more than once, and arms that were finished more than once. */
function twice(folder) {
  const events = eventsOf(folder)
  const finished = new Map()
  const starts = new Map()
  for (const event of events) {
    if (event.type === 'arm-end' && !event.cached && !event.failed) {
      const key = `${event.arm} (${event.hash})`
      finished.set(key, (finished.get(key) ?? 0) + 1)
    }
    if (event.type === 'stage-start')
      starts.set(event.stage, [...(starts.get(event.stage) ?? []), event.done])
  }
  return {
    arms: [...finished].filter(([, times]) => times > 1),
    sessions: events.filter(({ type }) => type === 'stage-start').length,
    resumed: [...starts].filter(([, done]) => done.length > 1),
  }
}

/** Waits until a run has logged so many events, and up to a second more. */
async function logged(folder, count, ended) {
  let over = false
  void ended.then(() => (over = true))
  while (!over && eventsOf(folder).length < count) await sleep(100)
  await sleep(1000 * random())
}

async function killRuns(runs, kills, seconds, events) {
  let more = []
  const targets = Array.from({ length: kills }, () => Math.floor(random() * events)).sort((a, b) => a - b)
  for (let i = 1; i <= kills; i++) {
    mkdirSync(runs, { recursive: true })
    const before = eventsOf(join(runs, 'run')).length
    const begun = Date.now()
    const run = start(runs, more)
    const due = values.progress
      ? logged(join(runs, 'run'), targets[i - 1], run.ended)
      : sleep(1000 * random() * (seconds / kills) * 2)
    const moment = values.writes ? due.then(() => nextWrite(runs, run.ended)) : due
    const outcome = await Promise.race([run.ended, moment.then(() => undefined)])
    const wait = (Date.now() - begun) / 1000
    if (outcome !== undefined) {
      if (outcome.code !== 0) throw new Error(`session ${i} ended with ${outcome.code}: ${outcome.err}`)
      say(`session ${i}: finished before its kill after ${wait.toFixed(1)} s`)
      return i - 1
    }
    killAll(run)
    await run.ended
    const left = unfinished(runs)
    const files = left === 0 ? '' : `, ${left} unfinished files`
    say(`session ${i}: killed after ${wait.toFixed(1)} s, ${phaseOf(join(runs, 'run'), before)}${files}`)
    // Killed before its folder was made: there is nothing to resume yet.
    more = existsSync(join(runs, 'run', 'run.json')) ? ['--resume'] : []
  }
  await finish(start(runs, more), 'the last session')
  return kills
}

async function killWorkers(runs, every) {
  const run = start(runs, [])
  let over = false
  let killed = 0
  const ended = run.ended.then((outcome) => {
    over = true
    return outcome
  })
  while (!over) {
    await Promise.race([ended, sleep(1000 * every)])
    const workers = over ? [] : children(run.child.pid)
    const pid = workers[Math.floor(random() * workers.length)]
    if (pid === undefined) continue
    process.kill(pid, 'SIGKILL')
    killed += 1
    say(`worker ${pid} killed, ${workers.length} were running`)
  }
  await finish(run, 'the run')
  return killed
}

let wrong
try {
  const before = Date.now()
  let reference = values.reference
  if (reference === undefined) {
    const runs = join(scratch, 'reference')
    // One process: the reference run has no workers.
    await finish(start(runs, []), 'the uninterrupted run')
    reference = join(runs, 'run')
  }
  const seconds = (Date.now() - before) / 1000
  const { seconds: recorded } = JSON.parse(readFileSync(join(reference, 'record.json'), 'utf8'))
  say(
    `uninterrupted: ${(values.reference === undefined ? seconds : recorded).toFixed(1)} s, ${tableOf(reference).length} arms`,
  )

  const runs = join(scratch, 'killed')
  const begun = Date.now()
  const killed =
    values.every === undefined
      ? await killRuns(
          runs,
          Number(values.kills),
          values.reference === undefined ? seconds : recorded,
          eventsOf(reference).length,
        )
      : await killWorkers(runs, Number(values.every))
  const folder = join(runs, 'run')
  const [a, b] = [tableOf(reference), tableOf(folder)]
  const different = a.filter((row) => !b.includes(row))
  const students = new Map(studentsOf(reference))
  const weights = studentsOf(folder).filter(([name, bytes]) => students.get(name) !== bytes)
  const { arms, sessions, resumed } = twice(folder)
  say(`${killed} kills, ${((Date.now() - begun) / 1000).toFixed(1)} s in all, ${sessions} stage starts`)
  for (const [stage, done] of resumed) say(`  ${stage}: started at step ${done.join(', then ')}`)
  say(`rows of the table that differ: ${different.length} of ${a.length}`)
  for (const row of different) say(`  ${row.slice(0, 300)}`)
  say(`students whose bytes differ: ${weights.length} of ${students.size}`)
  say(`arms finished and trained again: ${arms.length}`)
  const left = unfinished(runs)
  say(`unfinished files left behind: ${left}`)
  for (const [arm, times] of arms) say(`  ${arm}: ${times} times`)
  wrong = different.length > 0 || a.length !== b.length || weights.length > 0 || arms.length > 0 || left > 0
  say(wrong ? 'NOT the same' : 'identical')
} finally {
  if (values.keep) say(`kept in ${scratch}`)
  else rmSync(scratch, { recursive: true, force: true })
}
process.exitCode = wrong === false ? 0 : 1
