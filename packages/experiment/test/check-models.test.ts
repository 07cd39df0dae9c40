import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tensor } from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import {
  type ModelContext,
  type ModelDefinition,
  defineMethod,
  defineModel,
  definePlugin,
  namedWeights,
  tf,
  z,
} from '@umbra/core'
import { encodeSafetensors } from '@umbra/core/files'
import { assemble, crossEntropyObjective } from '@umbra/core/trainer'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkExperiment } from '../src/check-experiment.js'
import type { UmbraConfig } from '../src/config/experiment-config.js'
import { planExperiment } from '../src/plan-experiment.js'
import { openScope } from '../src/run-scope.js'
import { tryTeachers } from '../src/try-teachers.js'
import { compare, newRuns, toyComparison, trainedTeacher } from './toy-comparison.js'
import { toyPlugin } from './toy-plugin.js'

beforeAll(useCpuBackend)

/** Softmax where tfjs's layers do not show it. */
class Hidden extends tfl.layers.Layer {
  static readonly className = 'Hidden'
  override call(inputs: Tensor | Tensor[]): Tensor {
    const [x] = [inputs].flat()
    return tf.softmax(x ?? tf.zeros([0]))
  }
}

class Noise extends tfl.layers.Layer {
  static readonly className = 'Noise'
  override call(inputs: Tensor | Tensor[]): Tensor {
    const [x] = [inputs].flat()
    return tf.tidy(() => tf.mul(x ?? tf.zeros([0]), tf.randomUniform([1])))
  }
}

const linear = (
  { inputShape, classes, seedFor }: ModelContext,
  activation: 'linear' | 'softmax',
  ...more: tfl.layers.Layer[]
): tfl.LayersModel =>
  tfl.sequential({
    layers: [
      tfl.layers.flatten({ name: 'pixels', inputShape: [...inputShape] }),
      tfl.layers.dense({
        ...{ name: 'logits', units: classes, activation },
        kernelInitializer: tfl.initializers.heNormal({ seed: seedFor('logits') }),
      }),
      ...more,
    ],
  })

const net = (
  id: string,
  build: ModelDefinition['build'],
  taps: ModelDefinition['taps'] = {},
): ModelDefinition => defineModel({ id, summary: 's.', options: z.strictObject({}), taps, build })

let builds = 0

const registry = assemble([
  toyPlugin,
  definePlugin({
    name: 'own',
    version: '1.0.0',
    contract: 1,
    provides: [
      net('softmax', (context) => linear(context, 'softmax')),
      net('hidden-softmax', (context) => linear(context, 'linear', new Hidden({ name: 'end' }))),
      net('noisy', (context) => linear(context, 'linear', new Noise({ name: 'noise' }))),
      net('lost-tap', (context) => linear(context, 'linear'), { stage: 'stage' }),
      net('counted', (context) => {
        builds += 1
        return linear(context, 'linear')
      }),
      defineMethod({
        id: 'assisted',
        summary: 's.',
        options: z.strictObject({}),
        teachers: { min: 0, max: 9 },
        objective: () => crossEntropyObjective(),
        assistants: () => [
          {
            ...{ label: 'middle', model: { id: 'softmax', options: {} }, teachers: 'all', identity: 'x' },
            objective: crossEntropyObjective(),
          },
        ],
      }),
    ],
  }),
])

const inputOf = (config: Partial<UmbraConfig>): ReturnType<typeof toyComparison> =>
  toyComparison(newRuns(), { methods: ['plain'], seeds: [0], ...config }, { registry })

async function dryRun(input: ReturnType<typeof toyComparison>): Promise<void> {
  const checked = checkExperiment(input)
  const scope = openScope(checked.registry, input)
  await tryTeachers(await planExperiment(checked, { scope, cacheDir: input.cacheDir }), scope)
}

/** A file of the weights of a model. */
function weightFile(model: tfl.LayersModel): string {
  const tensors = [...namedWeights(model)].map(([name, weight]) => {
    const value = weight.read()
    return [
      name,
      { dtype: 'float32' as const, shape: value.shape, data: value.dataSync<'float32'>() },
    ] as const
  })
  const file = join(newRuns(), 'teacher.safetensors')
  writeFileSync(file, encodeSafetensors(new Map(tensors)))
  return file
}

const toyContext: ModelContext = { inputShape: [6, 6, 1], classes: 3, seedFor: () => 7 }
const toyWeights = (): string => weightFile(linear(toyContext, 'linear'))

describe.each([
  ['a run', compare],
  ['a plan', dryRun],
])('%s', (_, start: (input: ReturnType<typeof toyComparison>) => Promise<unknown>) => {
  it('finds the problems of all students, teachers and assistants at once, and trains nothing', async () => {
    const input = inputOf({
      pairs: [
        { student: { model: 'noisy' }, teachers: [{ model: 'softmax', train: { epochs: 1 } }] },
        { student: { model: 'lost-tap' }, teachers: [trainedTeacher] },
      ],
    })
    await expect(start(input)).rejects.toMatchObject({
      code: 'UMBRA_PROBLEMS',
      facts: {
        problems: [
          expect.stringMatching(/^layer "noise" of model "noisy" \(plugin "own"\): .* tf\.randomUniform/),
          expect.stringMatching(/^layer "logits" of model "softmax" \(plugin "own"\): .* by softmax/),
          expect.stringMatching(/^tap "stage" of model "lost-tap"/),
        ],
      },
    })
    const { runs } = input.config
    const left = existsSync(runs) ? readdirSync(runs, { recursive: true }) : []
    expect(left.filter((name) => /safetensors|checkpoint/.test(String(name)))).toEqual([])
  })

  it.each<[string, () => Partial<UmbraConfig>, RegExp]>([
    [
      'a student with softmax',
      () => ({ student: { model: 'softmax' } }),
      /^layer "logits" of model "softmax"/,
    ],
    [
      'a student that gives probabilities',
      () => ({ student: { model: 'hidden-softmax' } }),
      /^model "hidden-softmax" .* probabilities, not logits/,
    ],
    ['an assistant with softmax', () => ({ methods: ['assisted'] }), /^layer "logits" of model "softmax"/],
    [
      'a teacher with softmax and weights of its own',
      () => ({ teachers: [{ model: 'softmax', weights: toyWeights() }] }),
      /^layer "logits" of model "softmax"/,
    ],
    [
      'a teacher that gives probabilities',
      () => ({ teachers: [{ model: 'hidden-softmax', weights: toyWeights() }] }),
      /^teacher "hidden-softmax": expected logits, received probabilities, not logits/,
    ],
  ])('refuses %s', async (_case, config, message) => {
    const models = { teachers: [], student: { model: 'toy' }, ...config() }
    await expect(start(inputOf(models))).rejects.toMatchObject({
      code: 'UMBRA_MODEL',
      message: expect.stringMatching(message) as string,
    })
  })
})

it('builds a model no more often for being checked', async () => {
  const buildsOf = async (modelsChecked: boolean): Promise<number> => {
    const input = inputOf({ student: { model: 'counted' }, teachers: [], seeds: [0, 1] })
    const checked = checkExperiment(input)
    const scope = openScope(checked.registry, input)
    builds = 0
    const experiment = await planExperiment(checked, { scope, cacheDir: input.cacheDir, modelsChecked })
    experiment.plan()
    return builds
  }
  const unchecked = await buildsOf(true)
  expect(unchecked).toBeGreaterThan(2)
  // What is built twice for the check need not be built for its identity and its size.
  expect(await buildsOf(false)).toBe(unchecked)
})
