import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Evaluation, type RunEvent, tf } from '@umbra/core'
import { eagerEngine } from '@umbra/core/testing'
import { compare, newRuns, studentsOf, toyComparison } from '../test/toy-comparison.js'

beforeAll(useCpuBackend)

interface Evaluated {
  readonly evaluation: Evaluation
}
const newFolder = newRuns
const input = toyComparison
const students = (runs: string): Record<string, string> => studentsOf(runs)

describe('runComparison', () => {
  it('trains the teacher once and every method for every seed, and leaves no tensor behind', async () => {
    const runs = newFolder()
    const before = tf.memory().numTensors
    const result = await compare(input(runs))
    expect(tf.memory().numTensors).toBe(before)
    const [pair] = result.record.pairs
    expect(pair!.methods.map(({ label, arms }) => [label, arms.map(({ seed }) => seed)])).toEqual([
      ['plain', [0, 1]],
      ['imitate', [0, 1]],
    ])
    expect(pair!.teachers).toHaveLength(1)
    expect(Object.keys(students(runs))).toEqual(['imitate-s0', 'imitate-s1', 'plain-s0', 'plain-s1'])
    // Finished arms keep no checkpoints.
    expect(readdirSync(join(runs, 'test', 'arms', 'plain-s0')).sort()).toEqual([
      'result.json',
      'student.safetensors',
    ])

    const events: RunEvent[] = []
    await compare(input(runs, { name: 'other' }, { listen: (event) => events.push(event) }))
    expect(events).toContainEqual({ type: 'stage-end', stage: 'teacher-toy', seconds: 0, cached: true })
    // Nor is the teacher evaluated again: its logits are in the store.
    const notices = events.flatMap((event) => (event.type === 'notice' ? event.text : []))
    // The toy teacher is hardly better than chance, and said to be so.
    expect(notices.filter((text) => !text.startsWith('warning')).join()).toMatch(
      /^teacher toy: [0-9.]+ % top-1$/,
    )
  })

  it('evaluates a teacher from its logits as it does in another precision, and computes damaged logits again', async () => {
    const runs = newFolder()
    const figures = async (name: string, more: object = {}): Promise<unknown> => {
      await compare(input(runs, { name, ...more }))
      const [teacher] = (
        JSON.parse(readFileSync(join(runs, name, 'teachers.json'), 'utf8')) as { teachers: Evaluated[] }
      ).teachers
      return { ...teacher!.evaluation, loss: teacher!.evaluation.loss.toFixed(5) }
    }
    const first = await figures('first')
    // The engine of this test knows no other precision than float32.
    expect(await figures('coarse', { teacherPrecision: 'bfloat16' })).toEqual(first)
    const store = join(runs, '.store', 'logits')
    const [marks, note, file, ...others] = readdirSync(store).sort()
    expect([`${marks}.json`, `${marks}.safetensors`, ...others]).toEqual([note, file])
    expect(readdirSync(join(store, marks!, 'used-by'))).toEqual(['first'])
    writeFileSync(join(store, file!), 'no logits')
    expect(await figures('again')).toEqual(first)
  })

  it('ends with the same files when it is aborted anywhere and resumed', async () => {
    const whole = newFolder()
    await compare(input(whole))
    for (const stopAt of [2, 9, 18, 27]) {
      const runs = newFolder()
      const controller = new AbortController()
      let seen = 0
      const engine = eagerEngine()
      const counting: typeof engine = {
        ...engine,
        compile: (step, spec) => {
          const compiled = engine.compile(step, spec)
          const run: typeof compiled.run = (inputs) => {
            if (spec.name !== 'evaluate' && ++seen === stopAt) controller.abort()
            return compiled.run(inputs)
          }
          return { ...compiled, run }
        },
      }
      const aborted = compare(input(runs, {}, { engine: counting, signal: controller.signal }))
      await expect(aborted).rejects.toMatchObject({ code: 'UMBRA_INTERRUPTED' })
      await compare(input(runs, {}, { resume: true }))
      expect(students(runs)).toEqual(students(whole))
    }
  })

  it('changes no file of a finished run when it is run again, and adds the time of a session that trains', async () => {
    const runs = newFolder()
    const { seconds } = await compare(input(runs))
    const files = ['record.json', 'result.json'].map((name) => join(runs, 'test', name))
    const texts = files.map((file) => readFileSync(file, 'utf8'))
    const elsewhere = eagerEngine()
    const engine = { ...elsewhere, info: { ...elsewhere.info, detail: 'of another machine' } }
    expect((await compare(input(runs, {}, { resume: true, engine }))).seconds).toBe(seconds)
    expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(texts)
    const longer = await compare(input(runs, { seeds: [0, 1, 2] }, { resume: true, engine }))
    expect(longer.seconds).toBeGreaterThan(seconds)
    expect(longer.record.environment.engine).toContain('of another machine')
  })

  it('trains only what is new when a method or a seed is added', async () => {
    const runs = newFolder()
    await compare(input(runs))
    const before = students(runs)
    const events: RunEvent[] = []
    const listen = (event: RunEvent): void => void events.push(event)
    const methods = ['plain', 'imitate', { id: 'imitate', label: 'imitate-2', options: { weight: 2 } }]
    const result = await compare(input(runs, { methods, seeds: [0, 1, 2] }, { resume: true, listen }))
    const trained = events.flatMap((event) => (event.type === 'stage-start' ? event.arms : []))
    expect(trained).toEqual(['imitate-2-s0', 'imitate-2-s1', 'plain-s2', 'imitate-s2', 'imitate-2-s2'])
    expect(students(runs)).toMatchObject(before)
    expect(result.record.pairs[0]!.methods[2]!.arms).toHaveLength(3)
  })

  it('trains assistants in stages of their own, once, and teaches with them', async () => {
    const runs = newFolder()
    const events: RunEvent[] = []
    const listen = (event: RunEvent): void => void events.push(event)
    const methods = ['plain', 'chain']
    await compare(input(runs, { methods, seeds: [0] }, { listen }))
    const started = events.flatMap((event) => (event.type === 'stage-start' ? event.stage : []))
    expect(started).toEqual(['teacher-toy', 'assistant-chain-middle-s0', 'seed-0'])
    events.length = 0
    const weights = students(runs)
    await compare(input(runs, { methods, seeds: [0] }, { listen, overwrite: true }))
    expect(events.flatMap((event) => (event.type === 'stage-start' ? event.stage : []))).toEqual(['seed-0'])
    expect(students(runs)).toEqual(weights)
  })

  it('does not touch a run that is there, unless told how', async () => {
    const runs = newFolder()
    await compare(input(runs))
    await expect(compare(input(runs))).rejects.toMatchObject({ code: 'UMBRA_RUN_EXISTS' })
    const changed = input(runs, { recipe: { epochs: 3 } }, { resume: true })
    await expect(compare(changed)).rejects.toThrow(
      /recipe\.epochs: \d+ there, 3 here, which moves the end of every schedule/,
    )
    await compare(input(runs, { recipe: { epochs: 1, batch: 10 } }, { overwrite: true }))
  })

  it('reports everything that is wrong at once, before anything is written', async () => {
    const runs = newFolder()
    const wrong = input(runs, {
      student: { model: 'toi' },
      methods: ['plane', { id: 'imitate', options: { weight: -1 } }],
      teachers: [{ model: 'toy', weights: 'missing.safetensors' }],
    })
    const error: unknown = await compare(wrong).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'UMBRA_PROBLEMS' })
    for (const part of ['"toi"', 'Did you mean "toy"', '"plane"', 'weight', 'missing.safetensors'])
      expect((error as Error).message).toContain(part)
    expect(existsSync(join(runs, 'test'))).toBe(false)
  })

  it('says how many teachers a method wants', async () => {
    const run = compare(input(newFolder(), { teachers: [] }))
    await expect(run).rejects.toThrow(/method "imitate": expected 1 teacher, received 0/)
  })

  it('names the first tensor of another architecture, with both shapes', async () => {
    const runs = newFolder()
    await compare(input(runs))
    const weights = join(runs, 'test', 'arms', 'plain-s0', 'student.safetensors')
    const teachers = [{ model: { id: 'toy', options: { width: 6 } }, weights }]
    const run = compare(input(runs, { name: 'b', teachers }))
    await expect(run).rejects.toThrow(
      '"conv/kernel" of student.safetensors: expected shape [3, 3, 1, 6], received [3, 3, 1, 3]',
    )
  })

  it('says so when the run folder cannot be made', async () => {
    const runs = join(newFolder(), 'file')
    writeFileSync(runs, 'in the way')
    await expect(compare(input(runs))).rejects.toThrow(/cannot write .*file/)
  })
})
