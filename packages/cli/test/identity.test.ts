import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ComparisonRecord } from '@umbra/core/trainer'
import type { RunEvent } from '@umbra/core'
import { expect, test } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith } from './workspace.js'

const FILES = {
  'data.ts': `
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineDataset, z } from '@umbra/core'
const shift = 0
const set = (text: string, count: number, first: number) => {
  const images = new Uint8Array(count * 16)
  const labels = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    labels[i] = i % 3
    for (let p = 0; p < 16; p++)
      images[i * 16 + p] = (Number(text) * (i + first) * (p + 3)) % 90 + (p % 3 === labels[i] ? 40 : 0) + shift
  }
  return { images, labels, count }
}
export const dots = defineDataset({
  id: 'dots',
  summary: 'Three patterns of dots.',
  options: z.strictObject({ file: z.string().default('number.txt') }),
  load: async ({ file }, { baseDir }) => {
    const text = readFileSync(resolve(baseDir, file), 'utf8')
    return {
      ...{ id: 'dots', shape: [4, 4, 1], classes: ['a', 'b', 'c'], train: set(text, 48, 1), test: set(text, 30, 100) },
      ...{ normalisation: { scale: 255, mean: [0.3], std: [0.3] }, sources: [] },
    }
  },
})
`,
  'number.txt': '7',
  'model.ts': `
import * as tfl from '@tensorflow/tfjs-layers'
import { defineModel, z } from '@umbra/core'
const units = 5
export const net = defineModel({
  id: 'net',
  summary: 'Two dense layers.',
  options: z.strictObject({}),
  taps: {},
  build: ({ inputShape, classes, seedFor }) => {
    const dense = (name: string, units: number, activation?: 'relu') =>
      tfl.layers.dense({ name, units, activation, kernelInitializer: tfl.initializers.glorotUniform({ seed: seedFor(name) }) })
    return tfl.sequential({
      layers: [
        tfl.layers.flatten({ name: 'pixels', inputShape: [...inputShape] }),
        dense('hidden', units, 'relu'),
        dense('logits', classes),
      ],
    })
  },
})
`,
  'method.ts': `
import { defineMethod, tf, z } from '@umbra/core'
import { weight } from './lib/weight'
const follow = (soft) => ({
  weights: { follow: weight },
  terms: ({ student, teachers, labels }) => {
    const targets = soft.apply(teachers.at(-1)!.logits, labels, {})
    return { terms: { follow: tf.mul(-1, tf.sum(tf.mul(targets.probabilities, tf.logSoftmax(student.logits)), 1)) } }
  },
})
export const method = defineMethod({
  id: 'follow',
  summary: 'Follows an assistant that followed the teacher.',
  objective: (_options, parts) => follow(parts.softening('warm')),
  assistants: () => [
    {
      ...{ label: 'middle', model: { id: 'net', options: {} }, teachers: 'last', identity: 'middle' },
      objective: {
        weights: { match: 1 },
        terms: ({ student, teachers }) => ({
          terms: { match: tf.mean(tf.squaredDifference(student.logits, teachers.at(-1)!.logits), 1) },
        }),
      },
    },
  ],
})
`,
  'lib/weight.ts': `export { weight } from './deeper/number.js'\n`,
  'lib/deeper/number.ts': `export const weight: number = 1\n`,
  'softening.ts': `
import { defineSoftening, tf, z } from '@umbra/core'
const temperature = 2
export const warm = defineSoftening({
  id: 'warm',
  summary: 'A temperature.',
  options: z.strictObject({}),
  create: () => ({
    apply: (logits) => {
      const logProbabilities = tf.logSoftmax(tf.div(logits, temperature))
      return { logProbabilities, probabilities: tf.exp(logProbabilities) }
    },
  }),
})
`,
  'hook.ts': `
import { definePlugin, tf } from '@umbra/core'
const factor = 0
export const hook = definePlugin({
  name: 'hook',
  version: '1.0.0',
  contract: 1,
  provides: [],
  hooks: {
    gradients: (gradients) =>
      Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, factor)])),
  },
})
`,
  'unrelated.ts': `
import { defineSoftening, z } from '@umbra/core'
// A comment.
export const unrelated = defineSoftening({
  id: 'unrelated',
  summary: 'Not used.',
  options: z.strictObject({}),
  create: () => { throw new Error('not used') },
})
`,
}

const config = (over: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    engine: 'wasm',
    dataset: { id: 'dots' },
    validation: { count: 12 },
    baselines: false,
    plugins: ['./data.ts', './model.ts', './method.ts', './softening.ts', './unrelated.ts'],
    student: { model: 'net' },
    teachers: [{ model: 'net', train: { epochs: 2, batch: 12 } }],
    methods: ['ce', 'follow'],
    seeds: [0],
    recipe: { epochs: 2, batch: 12 },
    ...over,
  })

interface Walked {
  /** Figures of every arm. */
  readonly figures: Readonly<Record<string, unknown>>
  /** Stages that trained. */
  readonly trained: readonly string[]
  readonly err: string
}

async function run(
  cwd: string,
  runs: string,
  name: string,
  { over = {}, words = [] }: { over?: Readonly<Record<string, unknown>>; words?: readonly string[] } = {},
): Promise<Walked> {
  writeFileSync(join(cwd, 'umbra.config.yaml'), config({ ...over, name, runs }))
  const { code, err } = await runCli(['compare', ...words], { cwd })
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
  const record = JSON.parse(readFileSync(join(runs, name, 'record.json'), 'utf8')) as ComparisonRecord
  const events = readFileSync(join(runs, name, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
  return {
    figures: Object.fromEntries(
      record.pairs[0]!.methods.flatMap(({ arms }) =>
        arms.map(({ arm, final, history }) => [arm, [final, history]]),
      ),
    ),
    trained: events
      .map((line) => JSON.parse(line) as RunEvent)
      .flatMap((event) => (event.type === 'stage-start' ? [event.title] : [])),
    err,
  }
}

const TEACHER = 'teacher net'
const ASSISTANT = 'assistant follow-middle-s0'

test('an edit retrains what it changes, and nothing else; the figures are those of a fresh store', async () => {
  let cwd = folderWith(FILES)
  const runs = folderWith()
  const edit = (file: keyof typeof FILES, from: string, to: string): void => {
    const path = join(cwd, file)
    const text = readFileSync(path, 'utf8')
    expect(text).toContain(from)
    writeFileSync(path, text.replace(from, to))
  }
  /** Figures of the last step that trained something, from a store of its own. */
  let truth: Walked['figures'] = {}
  const step = async (name: string, options: Parameters<typeof run>[3] = {}): Promise<readonly string[]> => {
    const walked = await run(cwd, runs, name, options)
    if (walked.trained.length > 0) truth = (await run(cwd, folderWith(), name, options)).figures
    expect(walked.figures).toEqual(truth)
    return walked.trained
  }
  const all = [TEACHER, ASSISTANT, 'ce, follow, seed 0']

  expect(await step('first')).toEqual(all)
  const again = await run(cwd, runs, 'again')
  expect(again.trained).toEqual([])
  expect(again.err).toMatch(/follow-s0 {2}reused: run "first", \d{4}-\d\d-\d\d/)

  // The method, in a file that a file it imports imports: the assistant comes from the same plugin.
  edit('lib/deeper/number.ts', '= 1', '= 3')
  expect(await step('method')).toEqual([ASSISTANT, 'follow, seed 0'])
  edit('softening.ts', 'temperature = 2', 'temperature = 5')
  expect(await step('softening')).toEqual([ASSISTANT, 'follow, seed 0'])
  edit('model.ts', 'units = 5', 'units = 9')
  expect(await step('model')).toEqual(all)
  edit('data.ts', 'shift = 0', 'shift = 30')
  expect(await step('data')).toEqual(all)

  // A hook of a plugin is part of everything that is trained with it, and of nothing else.
  const hooked = { words: ['--plugin', './hook.ts'] }
  const plain = truth
  expect(await step('zeros', hooked)).toEqual(all)
  expect(truth).not.toEqual(plain)
  truth = plain
  expect(await step('without')).toEqual([])
  edit('hook.ts', 'factor = 0', 'factor = 0.5')
  expect(await step('halves', hooked)).toEqual(all)
  truth = plain

  edit('unrelated.ts', '// A comment.', '// Another one.')
  expect(await step('comment')).toEqual([])
  renameSync(join(cwd, 'number.txt'), join(cwd, 'moved.txt'))
  expect(await step('moved', { over: { dataset: { id: 'dots', options: { file: 'moved.txt' } } } })).toEqual(
    [],
  )
  const elsewhere = join(folderWith(), 'elsewhere')
  renameSync(cwd, elsewhere)
  cwd = elsewhere
  const over = { dataset: { id: 'dots', options: { file: 'moved.txt' } }, seeds: [0, 1] }
  expect(await step('seeds', { over })).toEqual([ASSISTANT.replace('s0', 's1'), 'ce, follow, seed 1'])
}, 60_000)
