import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectWith, smallConfig } from './workspace.js'

const PACKAGE = resolve(import.meta.dirname, '..')
const BIN = join(PACKAGE, 'bin', 'umbra.js')
const built = existsSync(join(PACKAGE, 'dist', 'index.js'))

const config = smallConfig({
  name: 'run',
  dataset: { id: 'digits', trainLimit: 600, testLimit: 64 },
  validation: { count: 88 },
  teachers: [{ model: { id: 'cnn', options: { width: 4 } }, train: { epochs: 1, batch: 64 } }],
  student: { model: { id: 'cnn', options: { width: 2 } } },
  methods: ['ce', 'kd'],
  seeds: [0, 1],
  recipe: { epochs: 8, batch: 64 },
})

interface Session {
  readonly code: number | null
  readonly err: string
}

/** Runs the built command; `watch` may kill it, or others, by what it has said. */
function session(
  cwd: string,
  words: readonly string[],
  watch: (text: string, child: ChildProcess) => void = () => undefined,
): Promise<Session> {
  const child = spawn(process.execPath, [BIN, 'compare', ...words], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let err = ''
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
    watch(err, child)
  })
  return new Promise((done) => child.on('exit', (code) => done({ code, err })))
}

/** What came out: the figures of every arm and the bytes of every student. */
function outcome(cwd: string): { readonly arms: unknown; readonly students: Record<string, string> } {
  const folder = join(cwd, 'runs', 'run')
  const { pairs } = JSON.parse(readFileSync(join(folder, 'record.json'), 'utf8')) as {
    pairs: { methods: { label: string; arms: Record<string, unknown>[] }[] }[]
  }
  const arms = pairs[0]!.methods.map(({ label, arms }) => [
    label,
    arms.map(({ seed, final, best, bestEpoch, history }) => ({ seed, final, best, bestEpoch, history })),
  ])
  const students = Object.fromEntries(
    readdirSync(join(folder, 'arms')).map((arm) => [
      arm,
      readFileSync(join(folder, 'arms', arm, 'student.safetensors')).toString('base64'),
    ]),
  )
  return { arms, students }
}

/** Arms in the order they were finished; each once unless something was trained again. */
const finished = (cwd: string): string[] =>
  readFileSync(join(cwd, 'runs', 'run', 'events.jsonl'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      // The last line of a killed session may be cut short.
      if (!line.endsWith('}')) return []
      const event = JSON.parse(line) as { type: string; arm?: string; cached?: boolean }
      return event.type === 'arm-end' && event.cached === false ? [event.arm!] : []
    })

describe.skipIf(!built)('kill -9 (skipped without dist/: run npm run setup)', () => {
  test('of the run, or of a worker, anywhere: the same result, nothing finished is trained twice', async () => {
    const whole = projectWith({ 'umbra.config.json': config })
    expect(await session(whole, [])).toMatchObject({ code: 0 })
    const expected = outcome(whole)

    const killed = projectWith({ 'umbra.config.json': config })
    const moments = ['logits of', 'epoch 3  validation', 'ce-s0 finished', 'epoch 5  validation']
    for (const [i, moment] of moments.entries()) {
      const { code } = await session(killed, i === 0 ? [] : ['--resume'], (text, child) => {
        if (text.includes(moment)) child.kill('SIGKILL')
      })
      expect(code).toBeNull()
    }
    expect(await session(killed, ['--resume'])).toMatchObject({ code: 0 })
    expect(outcome(killed)).toEqual(expected)
    expect(finished(killed).sort()).toEqual(['ce-s0', 'ce-s1', 'kd-s0', 'kd-s1'])

    const workers = projectWith({ 'umbra.config.json': config })
    let victims = 0
    const run = await session(workers, ['--workers', '2'], (text, { pid }) => {
      if (victims > 0 || !/epoch 2 {2}validation/.test(text)) return
      victims += 1
      const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
      process.kill(Number(stdout.trim().split('\n')[0]), 'SIGKILL')
    })
    expect({ code: run.code, victims }).toEqual({ code: 0, victims: 1 })
    expect(run.err).toMatch(/worker process \d+ ended \(SIGKILL\); seed-\d continues in a new one/)
    expect(outcome(workers)).toEqual(expected)
    expect(finished(workers).sort()).toEqual(['ce-s0', 'ce-s1', 'kd-s0', 'kd-s1'])
  })
})
