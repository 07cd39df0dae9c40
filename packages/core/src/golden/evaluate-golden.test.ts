import { useCpuBackend } from '@umbra/testing'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { type GoldenOutcome, defineGolden } from '../contracts/golden.js'
import { tf } from '../tf.js'
import { evaluateGolden } from './evaluate-golden.js'
import { readGoldenFolder } from './read-golden-folder.js'

beforeAll(useCpuBackend)

const square = (alter: (outcome: GoldenOutcome) => GoldenOutcome | undefined = (outcome) => outcome) =>
  defineGolden({
    id: 'square',
    summary: 'Sum of squares.',
    options: z.strictObject({}),
    evaluate: ({ inputs }) =>
      alter({
        loss: tf.sum(tf.square(inputs.x!)),
        terms: { half: tf.div(tf.sum(tf.square(inputs.x!)), 2) },
        extra: { 'mean.of': tf.mean(inputs.x!) },
        grads: { x: tf.mul(inputs.x!, 2) },
      }),
  })

const base = {
  method: 'square',
  id: 'square-01',
  name: 'two numbers',
  check: 'loss+grads',
  hyper: {},
  inputs: { x: { shape: [2], data: [1, 3] } },
}
const outputs = {
  loss: 10,
  loss_float32: 10,
  terms: { half: 5 },
  mean: { of: 2 },
  grads: { x: { shape: [2], data: [2, 6] } },
}
const golden = (over: object = {}, out: object = {}) => ({
  ...base,
  outputs: { ...outputs, ...out },
  ...over,
})

describe('evaluateGolden', () => {
  it('compares loss, terms, other values and gradients, and leaves no tensor', () => {
    const before = tf.memory().numTensors
    const { ok, worst } = evaluateGolden(square(), golden())
    expect(ok).toBe(true)
    expect(worst.map(({ key }) => key).sort()).toEqual(['grad x', 'half', 'loss', 'mean.of'])
    expect(tf.memory().numTensors).toBe(before)
  })

  it('names what is furthest off', () => {
    const { ok, worst, problems } = evaluateGolden(
      square(),
      golden(
        {},
        {
          loss: 10.1,
          loss_float32: 10.1,
          terms: { half: 5.0001 },
          grads: { x: { shape: [2], data: [2, 9] } },
        },
      ),
    )
    expect(ok).toBe(false)
    expect(worst.map(({ key }) => key)).toEqual(['grad x', 'loss', 'half', 'mean.of'])
    expect(worst[0]!.error).toBeCloseTo(1 / 3)
    expect(problems).toEqual(['grad x[1] is 6, published 9', 'loss is 10, published 10.1'])
  })

  it('widens the tolerance by what float32 does to the authors’ own code', () => {
    expect(evaluateGolden(square(), golden({}, { loss: 10.01, loss_float32: 10.01 })).ok).toBe(false)
    expect(evaluateGolden(square(), golden({}, { loss: 10.01, loss_float32: 10.002 })).ok).toBe(true)
    expect(evaluateGolden(square(), golden({}, { loss: 10.01, loss_float32: 'NaN' })).ok).toBe(false)
    expect(
      evaluateGolden(square(), golden({ method: 'aekd' }, { loss: 10.009, loss_float32: 10.009 })).ok,
    ).toBe(true)
  })

  it('takes NaN and infinities literally', () => {
    const nan = square((outcome) => ({ ...outcome, loss: tf.scalar(NaN) }))
    expect(evaluateGolden(nan, golden({}, { loss: 'NaN' })).ok).toBe(true)
    expect(evaluateGolden(nan, golden()).ok).toBe(false)
    expect(evaluateGolden(square(), golden({}, { loss: 'Infinity' })).ok).toBe(false)
    const infinite = square((outcome) => ({ ...outcome, loss: tf.scalar(-Infinity) }))
    expect(evaluateGolden(infinite, golden({}, { loss: '-Infinity' })).ok).toBe(true)
    expect(evaluateGolden(infinite, golden({}, { loss: 'Infinity' })).ok).toBe(false)
  })

  it('reads a null gradient as zero', () => {
    const without = square(({ loss, terms, extra }) => ({ loss: loss!, terms: terms!, extra: extra! }))
    expect(evaluateGolden(without, golden({}, { grads: { x: null } })).ok).toBe(true)
    expect(evaluateGolden(square(), golden({}, { grads: { x: null } })).problems).toEqual([
      'grad x[1] is 6, published 0',
    ])
  })

  it('owes loss, terms and gradients, unless the case says less', () => {
    const bare = square(({ loss }) => ({ loss: loss! }))
    expect(evaluateGolden(bare, golden()).problems).toEqual([
      'half was not computed',
      'grad x was not computed',
    ])
    expect(evaluateGolden(bare, golden({ check: 'loss' })).problems).toEqual(['half was not computed'])
    const outcome = evaluateGolden(bare, golden({ check: 'outputs' }))
    expect(outcome).toMatchObject({ ok: true, missing: ['mean.of', 'half'] })
    const nothing = square(() => ({}))
    expect(evaluateGolden(nothing, golden({ check: 'outputs' })).ok).toBe(false)
  })

  it('tells breakdowns, omissions and errors apart', () => {
    expect(evaluateGolden(square(), golden({ check: 'none' })).status).toBe('breakdown')
    expect(
      evaluateGolden(
        square(() => undefined),
        golden(),
      ).status,
    ).toBe('no-counterpart')
    const before = tf.memory().numTensors
    const failing = square(() => {
      throw new Error('no such thing')
    })
    expect(evaluateGolden(failing, golden())).toMatchObject({ ok: false, problems: ['no such thing'] })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('compares matrices given as lists of rows', () => {
    const matrix = square((outcome) => ({
      ...outcome,
      extra: {
        ...outcome.extra,
        table: tf.tensor2d([
          [1, 2],
          [3, 4],
        ]),
      },
    }))
    expect(
      evaluateGolden(
        matrix,
        golden(
          {},
          {
            table: [
              [1, 2],
              [3, 4],
            ],
          },
        ),
      ).ok,
    ).toBe(true)
    expect(
      evaluateGolden(
        matrix,
        golden(
          {},
          {
            table: [
              [1, 2],
              [3, 5],
            ],
          },
        ),
      ).ok,
    ).toBe(false)
  })

  it('finds a shape that differs', () => {
    const flat = square((outcome) => ({ ...outcome, grads: { x: tf.zeros([3]) } }))
    expect(evaluateGolden(flat, golden()).problems).toEqual(['grad x has shape [3] instead of [2]'])
  })
})

describe('readGoldenFolder', () => {
  const folderWith = (files: Readonly<Record<string, string>>): string => {
    const folder = mkdtempSync(join(tmpdir(), 'umbra-golden-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    return folder
  }

  it('reads the JSON files by name and nothing else', () => {
    const folder = folderWith({ 'b.json': JSON.stringify([golden()]), 'a.json': '[]', 'README.md': 'text' })
    const files = readGoldenFolder(folder)
    expect(files.map(({ file, cases }) => [file, cases.length])).toEqual([
      ['a.json', 0],
      ['b.json', 1],
    ])
  })

  it.each([
    ['no list', '{}', 'a list of cases'],
    ['broken JSON', '[{', 'JSON'],
    [
      'an entry too few',
      JSON.stringify([golden({ inputs: { x: { shape: [3], data: [1, 3] } } })]),
      'inputs.x',
    ],
    ['a strange check', JSON.stringify([golden({ check: 'some' })]), 'check'],
    [
      'text among numbers',
      JSON.stringify([golden({ inputs: { x: { shape: [1], data: ['1'] } } })]),
      'inputs.x',
    ],
    ['no outputs', JSON.stringify([{ ...base }]), 'outputs'],
    ['an id twice', JSON.stringify([golden(), golden()]), 'square-01'],
    ['another layout', JSON.stringify([golden({ layout: 'NHWC' })]), 'layout'],
    ['labels that are no indices', JSON.stringify([golden({ labels: [1.5] })]), 'labels'],
  ])('refuses %s', (_what, text, told) => {
    const folder = folderWith({ 'broken.json': text })
    expect(() => readGoldenFolder(folder)).toThrow(
      expect.objectContaining({
        code: 'UMBRA_FILE_CORRUPT',
        message: expect.stringContaining(told) as string,
      }),
    )
    expect(() => readGoldenFolder(folder)).toThrow('broken.json')
  })

  it('tells the first problem of every malformed file at once', () => {
    const folder = folderWith({
      'a.json': '[{',
      'b.json': JSON.stringify([golden()]),
      'c.json': JSON.stringify([golden({ check: 'some' }), golden({ hyper: 3 })]),
    })
    const problems = () => readGoldenFolder(folder)
    expect(problems).toThrow(expect.objectContaining({ code: 'UMBRA_FILE_CORRUPT' }) as Error)
    expect(problems).toThrow(/2 problems[^]*a\.json[^]*c\.json, case 1/)
  })

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', () => {
    const folder = folderWith({})
    execFileSync('mkfifo', [join(folder, 'pipe.json')])
    expect(() => readGoldenFolder(folder)).toThrow('pipe.json')
  })

  it('says that a folder is missing or empty', () => {
    const missing = expect.objectContaining({ code: 'UMBRA_FILE_MISSING' }) as Error
    expect(() => readGoldenFolder(join(tmpdir(), 'umbra-no-such-folder'))).toThrow(missing)
    expect(() => readGoldenFolder(folderWith({ 'README.md': 'text' }))).toThrow(missing)
  })
})
