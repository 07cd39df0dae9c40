import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { findRun, serveRun } from '@umbra/plugin-live'
import { checkError } from './check-error.js'
import { snapshotOf } from './folders.js'
import type { Random } from './random.js'
import { FuzzFailure, type FuzzTarget } from './target.js'
import { type Expectation, type LogKind, lacking } from './watched/expectation.js'
import { type LogLine, fileOf, hostileLine, soundLines } from './watched/lines.js'
import { OBSTACLES, removed } from './watched/obstacles.js'
import { loadPage, showPage } from './watched/page.js'
import { type Told, openStream } from './watched/stream.js'

const FILES = { events: 'events.jsonl', points: join('metrics', 'steps.jsonl') } as const
/** Milliseconds until everything must have been told. */
const PATIENCE = 20_000

/** Hostile run folders: `umbra watch` passes on every sound line, leaves out all others, and says so. */
export const watch: FuzzTarget = {
  name: 'watch',
  run: async (random, folder) => {
    const [home, outside] = [join(folder, 'case'), join(folder, 'outside')]
    for (const path of [home, outside]) rmSync(path, { recursive: true, force: true })
    mkdirSync(outside)
    for (const name of ['events.jsonl', 'steps.jsonl'])
      writeFileSync(join(outside, name), '{"type":"notice","text":"of someone else"}\n')
    const before = snapshotOf(outside)
    const runDir = join(home, 'runs', 'tiny')
    mkdirSync(join(runDir, 'arms'), { recursive: true })
    const place = { runDir, outside, random }
    const made = [makeFile('events', place), makeFile('points', place)] as const
    if (random.chance(0.3)) OBSTACLES[random.pick(NAMES)]?.(join(runDir, 'result.json'), outside)
    const kinds = made.map((each) => each.kind)
    const kind = kinds.find((each) => each in OBSTACLES) ?? kinds.find((each) => each !== 'sound') ?? 'sound'
    const what = made.map((each) => `${each.file}: ${each.kind}`).join(', ')
    findAll(home, what)
    await show(made, what, place)
    if (snapshotOf(outside) !== before) throw new FuzzFailure(`${what}: a folder outside was changed`)
    return { kind, outcome: 'read' }
  },
}

interface Place {
  readonly runDir: string
  readonly outside: string
  readonly random: Random
}

type Made = Expectation & { readonly kind: string }

const NAMES = Object.keys(OBSTACLES) as [string, ...string[]]

/** A file with hostile lines, or something in its place. */
function makeFile(file: LogKind, { runDir, outside, random }: Place): Made {
  const path = join(runDir, FILES[file])
  mkdirSync(dirname(path), { recursive: true })
  const choice = random.below(10)
  if (choice < 3) {
    const kind = random.pick(NAMES)
    return { file, lines: [], kind, obstacle: OBSTACLES[kind]?.(path, outside) === true }
  }
  const kind = choice < 8 ? 'hostile lines' : choice < 9 ? 'half a line' : 'sound'
  const lines: LogLine[] = soundLines(file, random)
  if (kind === 'hostile lines')
    for (let i = 0; i <= random.below(4); i++)
      lines.splice(random.below(lines.length + 1), 0, hostileLine(file, random))
  writeFileSync(path, fileOf(lines, kind === 'half a line' ? '{"type":"notice","text":"ha' : ''))
  return { file, lines, kind, obstacle: false }
}

/** Looks the run up by its path, its name and its age, in folders that are none too. */
function findAll(home: string, what: string): void {
  for (const [run, runs] of [
    [join('runs', 'tiny'), 'runs'],
    ['tiny', 'runs'],
    [undefined, 'runs'],
    [undefined, join('runs', 'tiny', 'events.jsonl')],
    ['events.jsonl', join('runs', 'tiny')],
  ] as const)
    try {
      findRun(run, runs, home)
    } catch (error) {
      checkError(error, what)
    }
}

/** Serves the folder, and again when one of its files has become something else and a file of a run once more. */
async function show(made: readonly Made[], what: string, place: Place): Promise<void> {
  const { runDir, outside, random } = place
  const server = await serveRun({ runDir, interval: 5 })
  try {
    const page = await loadPage(server.url)
    const { told, close } = await openStream(server.url)
    try {
      await complete(made, told, what)
      showPage(page, told)
      const { file } = random.pick(made as [Made, ...Made[]])
      const kind = random.pick(NAMES)
      const path = join(runDir, FILES[file])
      const obstacle = OBSTACLES[kind]?.(path, outside) === true
      await complete([{ file, lines: [], obstacle }], told, `${what}, then ${kind}`)
      removed(path)
      const lines = soundLines(file, random)
      writeFileSync(path, fileOf(lines))
      await complete([{ file, lines, obstacle: false }], told, `${what}, then ${kind}, then sound`)
      showPage(page, told)
    } finally {
      await close()
    }
  } finally {
    await server.close()
  }
}

/** Waits until everything was told that has to be. */
async function complete(
  expected: readonly Expectation[],
  told: readonly Told[],
  what: string,
): Promise<void> {
  for (const end = performance.now() + PATIENCE; ;) {
    const lacks = expected.flatMap((each) => lacking(each, told) ?? [])
    if (lacks.length === 0) return
    if (performance.now() > end) throw new FuzzFailure(`${what}: ${lacks.join('; ')}`)
    await sleep(5)
  }
}
