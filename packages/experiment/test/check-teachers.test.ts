import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { namedWeights } from '@umbra/core'
import { encodeSafetensors } from '@umbra/core/files'
import { tinyModel, useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkExperiment } from '../src/check-experiment.js'
import { planExperiment } from '../src/plan-experiment.js'
import { openScope } from '../src/run-scope.js'
import { tryTeachers } from '../src/try-teachers.js'
import { compare, newRuns, toyComparison } from './toy-comparison.js'

beforeAll(useCpuBackend)

const model = (): ReturnType<typeof tinyModel> =>
  tinyModel({ inputShape: [6, 6, 1], classes: 3, filters: 3, batchNorm: true, seed: 5 })

/** A weight file of the toy model, its values changed. */
function weightFile(folder: string, change: (value: number, name: string) => number): string {
  const tensors = [...namedWeights(model())].map(([name, weight]) => {
    const value = weight.read()
    const data = Float32Array.from(value.dataSync<'float32'>(), (x) => change(x, name))
    return [name, { dtype: 'float32' as const, shape: value.shape, data }] as const
  })
  const file = join(folder, 'teacher.safetensors')
  writeFileSync(file, encodeSafetensors(new Map(tensors)))
  return file
}

function setting(change: (value: number, name: string) => number): {
  readonly input: ReturnType<typeof toyComparison>
  readonly notices: string[]
} {
  const runs = newRuns()
  const notices: string[] = []
  const teachers = [{ model: 'toy', weights: weightFile(runs, change) }]
  const input = toyComparison(
    runs,
    { teachers, methods: ['imitate'], seeds: [0] },
    { listen: (event) => (event.type === 'notice' ? notices.push(event.text) : undefined) },
  )
  return { input, notices }
}

async function dryRun(input: ReturnType<typeof toyComparison>): Promise<void> {
  const checked = checkExperiment(input)
  const scope = openScope(checked.registry, input)
  await tryTeachers(await planExperiment(checked, { scope, cacheDir: input.cacheDir }), scope)
}

describe.each([
  ['a run', compare],
  ['a plan', dryRun],
])('%s', (_, start: (input: ReturnType<typeof toyComparison>) => Promise<unknown>) => {
  it.each<[string, (value: number, name: string) => number, RegExp]>([
    [
      'with NaN',
      (x, name) => (name === 'logits/kernel' ? NaN : x),
      /tensor "logits\/kernel" of teacher.safetensors.*NaN at position 0/,
    ],
    ['of zeros', () => 0, /weights of teacher.safetensors.*only zeros/],
    [
      'with a negative variance',
      (x, name) => (name.endsWith('moving_variance') ? -1 : x),
      /teacher "toy": expected logits of a trained model, received NaN for training images/,
    ],
    [
      'with zeros at its end',
      (x, name) => (name.startsWith('logits/') ? 0 : x),
      /teacher "toy".*received zero for every class and image/,
    ],
  ])('refuses a teacher %s before any student', async (_case, change, message) => {
    const { input } = setting(change)
    await expect(start(input)).rejects.toMatchObject({
      code: 'UMBRA_WEIGHTS_VALUES',
      message: expect.stringMatching(message) as string,
    })
  })

  it('names a teacher that is no better than chance', async () => {
    const { input, notices } = setting((x) => x)
    await start(input)
    expect(notices).toContainEqual(
      expect.stringMatching(/^warning: teacher toy is right for .* about chance/),
    )
  })
})

it('says nothing of a teacher that has learned', async () => {
  const notices: string[] = []
  const input = toyComparison(
    newRuns(),
    { methods: ['imitate'], seeds: [0], teachers: [{ model: 'toy', train: { epochs: 30, batch: 10 } }] },
    {
      listen: (event) => (event.type === 'notice' ? notices.push(event.text) : undefined),
    },
  )
  await compare(input)
  expect(notices.filter((text) => text.startsWith('warning'))).toEqual([])
})
