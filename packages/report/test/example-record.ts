import {
  type ArmResult,
  type ComparisonRecord,
  type EpochFigures,
  type MethodFigures,
  type PairFigures,
  RUN_FORMAT,
} from '@umbra/core/trainer'

export interface ExampleOptions {
  readonly seeds?: number
  readonly epochs?: number
  readonly pairs?: number
  /** Arms that fail, as `fitnet/1` in the first pair. */
  readonly failed?: readonly string[]
  readonly label?: (id: string) => string
}

interface Shape {
  readonly id: string
  /** Accuracy it ends at, and its spread over seeds. */
  readonly top1: number
  readonly spread: number
  readonly terms: Readonly<Record<string, readonly [from: number, to: number, weight: number]>>
  readonly seconds: number
  readonly options?: Readonly<Record<string, unknown>>
}

const CE = [2.3, 1.02] as const
const SHAPES: readonly Shape[] = [
  { id: 'ce', top1: 0.634, spread: 0.005, terms: { ce: [...CE, 1] }, seconds: 61 },
  {
    id: 'kd',
    top1: 0.651,
    spread: 0.004,
    terms: { ce: [...CE, 0.1], kd: [1.9, 0.7, 0.9] },
    seconds: 64,
    options: { temperature: 4, weight: 0.9 },
  },
  {
    id: 'ats',
    top1: 0.668,
    spread: 0.004,
    terms: { ce: [...CE, 0.5], kd: [2.1, 0.9, 0.5] },
    seconds: 65,
    options: { trueTemperature: 4, wrongTemperature: 2, weight: 0.5 },
  },
  {
    id: 'isats',
    top1: 0.669,
    spread: 0.005,
    terms: { ce: [...CE, 0.5], kd: [2.2, 0.92, 0.5] },
    seconds: 66,
  },
  {
    id: 'dkd',
    top1: 0.655,
    spread: 0.006,
    terms: { ce: [...CE, 1], target: [0.4, 0.1, 1], nonTarget: [0.8, 0.3, 8] },
    seconds: 68,
  },
  {
    id: 'dist',
    top1: 0.658,
    spread: 0.004,
    terms: { ce: [...CE, 1], inter: [0.6, 0.2, 2], intra: [0.5, 0.24, 2] },
    seconds: 70,
  },
  {
    id: 'fitnet',
    top1: 0.628,
    spread: 0.008,
    terms: { ce: [...CE, 1], hint: [0.03, 0.008, 100] },
    seconds: 93,
  },
  {
    id: 'rkd',
    top1: 0.641,
    spread: 0.005,
    terms: { ce: [...CE, 1], distance: [0.06, 0.02, 25], angle: [0.02, 0.01, 50] },
    seconds: 88,
  },
]

/** A plain repeatable noise, -1..1. */
const noise = (...keys: readonly number[]): number => {
  const value = Math.sin(keys.reduce((sum, key) => sum * 1.7 + key * 12.9898 + 3.1, 0)) * 43758.5453
  return 2 * (value - Math.floor(value)) - 1
}

const evaluation = (top1: number, samples = 10_000) => ({
  top1: Math.round(top1 * samples) / samples,
  top5: Math.min(1, 1 - (1 - top1) * 0.13),
  loss: 2.9 * (1 - top1),
  samples,
})

/** A comparison as it could be: eight methods, three seeds, ten epochs, two pairs. Made up; the same at every call. */
export function exampleRecord({
  seeds = 3,
  epochs = 10,
  pairs = 2,
  failed = ['fitnet/1'],
  label = (id) => id,
}: ExampleOptions = {}): ComparisonRecord {
  const numbers = Array.from({ length: seeds }, (_, i) => i)
  const method = (shape: Shape, index: number, gain: number, first: boolean): MethodFigures => ({
    id: shape.id,
    label: label(shape.id),
    title: `Method ${shape.id}`,
    options: shape.options ?? {},
    ...(shape.id === 'ats' && first ? { search: SEARCH } : {}),
    arms: numbers.map((seed) =>
      arm(shape, index, seed, gain, epochs, first && failed.includes(`${shape.id}/${seed}`)),
    ),
  })
  const pair = (teacher: string, gain: number, first: boolean): PairFigures => ({
    id: `${teacher}>resnet8`,
    student: { label: 'resnet8', parameters: 78_042 },
    teachers: [TEACHERS[teacher]!],
    methods: SHAPES.map((shape, index) => method(shape, index, gain, first)),
  })
  return {
    format: RUN_FORMAT,
    name: 'capacity of the teacher',
    command: 'umbra compare -c umbra.config.ts --methods ce,kd,ats,isats,dkd,dist,fitnet,rkd --seeds 0,1,2',
    created: '2026-11-25T12:00:00.000Z',
    seconds: 5340,
    dataset: {
      id: 'cifar10',
      classes: 10,
      train: 18_000,
      validation: 2000,
      test: 10_000,
      sources: [
        { name: 'data_batch_1.bin', sha256: 'a'.repeat(64) },
        { name: 'test_batch.bin', sha256: 'b'.repeat(64) },
      ],
      credit: 'CIFAR-10: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.',
    },
    recipe: {
      epochs,
      batch: 128,
      learningRate: 0.1,
      momentum: 0.9,
      weightDecay: 5e-4,
      schedule: { id: 'step', milestones: [6, 8], factor: 0.1 },
      augment: { crop: 4, mirror: true },
    },
    seeds: numbers,
    pairs: [pair('resnet56', 0, true), pair('resnet20', 0.004, false)].slice(0, pairs),
    environment: {
      umbra: '0.1.0',
      plugins: [
        { name: '@umbra/plugin-baselines', version: '0.1.0' },
        { name: '@umbra/plugin-softening', version: '0.1.0' },
      ],
      engine: 'tensorflow 2.19, 2 threads',
      node: '20.20.2',
      platform: 'linux x64',
      processor: 'Example CPU 2.6 GHz',
      cores: 2,
      memoryBytes: 8 * 2 ** 30,
      gitRevision: '0123abc',
    },
  }
}

const TEACHERS: Readonly<Record<string, PairFigures['teachers'][number]>> = {
  resnet56: {
    label: 'resnet56',
    parameters: 855_770,
    evaluation: evaluation(0.9437),
    measures: {
      ece: 0.038,
      meanTrueProbability: 0.951,
      derivedAverage: 0.0054,
      derivedVariance: 0.00021,
      inherentVariance: 0.031,
    },
  },
  resnet20: {
    label: 'resnet20',
    parameters: 272_474,
    evaluation: evaluation(0.926),
    measures: {
      ece: 0.029,
      meanTrueProbability: 0.921,
      derivedAverage: 0.0088,
      derivedVariance: 0.00037,
      inherentVariance: 0.027,
    },
  },
}

const SEARCH: NonNullable<MethodFigures['search']> = {
  strategy: 'halving',
  trials: [
    { options: { trueTemperature: 4, wrongTemperature: 2 }, epochs: 4, validation: 0.612 },
    { options: { trueTemperature: 3, wrongTemperature: 2 }, epochs: 4, validation: 0.607 },
    { options: { trueTemperature: 6, wrongTemperature: 3 }, epochs: 2, validation: 0.541 },
  ],
}

function arm(
  shape: Shape,
  index: number,
  seed: number,
  gain: number,
  epochs: number,
  fails: boolean,
): ArmResult {
  // What a seed's start and order bring is shared by all methods of the seed.
  const end = shape.top1 + gain + 0.006 * noise(seed, 5) + shape.spread * 0.4 * noise(index, seed, 7)
  const history = Array.from({ length: fails ? 3 : epochs }, (_, epoch) =>
    epochOf(shape, end, seed, epoch, epochs),
  )
  const common = {
    ...{ arm: `${shape.id}-s${seed}`, label: shape.id, method: shape.id, hash: `${shape.id}${seed}` },
    seed,
    history,
    cohort: SHAPES.map(({ id }) => `${id}-s${seed}`),
    seconds: 612,
    ownSeconds: shape.seconds + 2 * noise(index, seed),
    imagesPerSecond: (18_000 * epochs) / shape.seconds,
  }
  if (fails) {
    const failed = { code: 'UMBRA_DIVERGED', reason: 'the loss is not a number in step 391', epoch: 3 }
    return { ...common, failed }
  }
  const validations = history.map(({ validation }) => validation!.top1)
  const epoch = validations.indexOf(Math.max(...validations))
  return {
    ...common,
    final: evaluation(end),
    best: evaluation(end - 0.002 * Math.abs(noise(index, seed, epoch))),
    bestEpoch: { epoch, validation: history[epoch]!.validation! },
  }
}

function epochOf(shape: Shape, end: number, seed: number, epoch: number, epochs: number): EpochFigures {
  const progress = 1 - Math.exp((-4 * (epoch + 1)) / epochs)
  const terms = Object.fromEntries(
    Object.entries(shape.terms).map(([name, [from, to]]) => [
      name,
      (from + (to - from) * progress) * (1 + 0.02 * noise(seed, epoch, from)),
    ]),
  )
  const weights = Object.fromEntries(
    Object.entries(shape.terms).map(([name, [, , weight]]) => [name, weight]),
  )
  const reached = 0.15 + (end - 0.15) * progress
  return {
    epoch,
    train: {
      loss: Object.keys(terms).reduce((sum, name) => sum + terms[name]! * weights[name]!, 0),
      accuracy: reached - 0.02 + 0.05 * progress,
      terms,
      weights,
    },
    validation: evaluation(reached + 0.01 * noise(seed, epoch, end), 2000),
  }
}
