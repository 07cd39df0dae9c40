import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { ModelContext, ModelDefinition } from '../../../contracts/model.js'
import { numberLayers } from '../../../model/number-layers.js'
import { namedWeights } from '../../../model/weight-names.js'
import { parseOptions } from '../../../options/parse-options.js'
import { namedSeed } from '../../../random/stream.js'
import { tf } from '../../../tf.js'
import { checkOptions } from '../checks/options.js'
import { normal, same, toTensor } from '../numbers.js'
import { type Finding, failed, firstFailure, judge, notApplicable, passed, type Verdict } from '../verdict.js'

/** What a model is built for in a check. */
export type ModelInput = Pick<ModelContext, 'inputShape' | 'classes'>

const BATCH = 4

/** Holds a model to what the trainer expects of it: logits that follow from a seed, and taps that exist. */
export function checkModel(
  definition: ModelDefinition,
  options: Readonly<Record<string, unknown>> = {},
  { inputShape, classes }: ModelInput = { inputShape: [16, 16, 3], classes: 5 },
): Verdict[] {
  const name = `model "${definition.id}"`
  const first = judge(name, 'options', () => checkOptions(definition.options, options))
  if (first.status === 'failed') return [first]
  const parsed = parseOptions(definition.options, options, name)
  const build = (seed: number): LayersModel => {
    const seedFor = (layer: string): number => namedSeed(seed, `init/${layer}`)
    const model = definition.build({ inputShape, classes, seedFor }, parsed)
    numberLayers(model)
    return model
  }
  const withModel = (action: (model: LayersModel) => Finding): Finding => {
    const model = build(1)
    try {
      return action(model)
    } finally {
      model.dispose()
    }
  }
  const images = (scale: number): Tensor => toTensor(normal([BATCH, ...inputShape], 'model/images', scale))
  return [
    first,
    judge(name, 'seeded', () => checkSeeded(build)),
    judge(name, 'logits', () => withModel((model) => checkLogits(model, classes, images))),
    judge(name, 'single', () => withModel((model) => checkSingle(model, images))),
    judge(name, 'inference', () => withModel((model) => checkInference(model, images))),
    judge(name, 'taps', () => withModel((model) => checkTaps(model, definition.taps))),
    judge(name, 'leaks', () => checkLeaks(build, images)),
  ]
}

type Images = (scale: number) => Tensor

const predict = (
  model: LayersModel,
  images: () => Tensor,
): { shape: readonly number[]; data: Float32Array } =>
  tf.tidy(() => {
    const output = model.apply(images(), { training: false }) as Tensor
    return { shape: output.shape, data: Float32Array.from(output.dataSync()) }
  })

/** One seed, one model; another seed, another. */
function checkSeeded(build: (seed: number) => LayersModel): Finding {
  const weightsOf = (seed: number): { names: string[]; values: number[][] } => {
    const model = build(seed)
    const weights = [...namedWeights(model)]
    const names = weights.map(([name]) => name)
    const values = weights.map(([, weight]) => [...weight.read().dataSync()])
    model.dispose()
    return { names, values }
  }
  const [a, b, other] = [weightsOf(1), weightsOf(1), weightsOf(2)]
  const renamed = a.names.findIndex((name, i) => name !== b.names[i])
  if (renamed >= 0 || a.names.length !== b.names.length)
    return failed(
      `Weights must have the same names each time; one is "${a.names[renamed]}" first and "${b.names[renamed]}" then. Name every layer.`,
    )
  const differs = a.values.findIndex((values, i) => !same(values, b.values[i] ?? [], 0))
  if (differs >= 0)
    return failed(
      `The same seed must give the same weights; "${a.names[differs]}" differs. Seed its initialiser with seedFor.`,
    )
  if (a.values.length > 0 && a.values.every((values, i) => same(values, other.values[i] ?? [], 0)))
    return failed('Another seed must give other weights; these are the same. Seed initialisers with seedFor.')
  return passed('Weights follow from the seed.')
}

function checkLogits(model: LayersModel, classes: number, images: Images): Finding {
  if (model.outputs.length !== 1)
    return failed(`A model has one output; this one has ${model.outputs.length}.`)
  const runs = [1, 100].map((scale) => predict(model, () => images(scale)))
  const failures = runs.flatMap(({ shape, data }) => {
    if (shape.length !== 2 || shape[0] !== BATCH || shape[1] !== classes)
      return [`Logits must be [${BATCH}, ${classes}]; they are [${shape.join(', ')}].`]
    return data.every(Number.isFinite) ? [] : ['Logits must be finite; they are not.']
  })
  if (failures.length === 0 && runs.every(({ data }) => data.every((x) => x >= 0 && x <= 1)))
    failures.push(
      'A model must end in logits; these lie from 0 to 1 for every image. Remove the softmax or sigmoid.',
    )
  return firstFailure(failures, 'One output of finite logits, [batch, classes].')
}

/** An image's logits do not depend on the images beside it. */
function checkSingle(model: LayersModel, images: Images): Finding {
  const together = predict(model, () => images(1))
  const width = together.data.length / BATCH
  const alone = Array.from(
    { length: BATCH },
    (_, i) => predict(model, () => tf.slice(images(1), [i], [1])).data,
  )
  const failures = alone.flatMap((data, i) =>
    same(data, together.data.subarray(i * width, (i + 1) * width), 1e-4)
      ? []
      : [
          'Logits of an image must not depend on the images beside it; alone it has others. Something averages over the batch in inference.',
        ],
  )
  return firstFailure(failures, 'Logits depend on the image alone.')
}

/** Inference is repeatable and changes nothing. */
function checkInference(model: LayersModel, images: Images): Finding {
  const weights = (): number[][] => model.weights.map((weight) => [...weight.read().dataSync()])
  const before = weights()
  const [a, b] = [predict(model, () => images(1)), predict(model, () => images(1))]
  const after = weights()
  const failures: string[] = []
  if (!same(a.data, b.data, 0))
    failures.push(
      'Inference must give the same each time; it does not. A random layer is on outside training.',
    )
  if (!before.every((values, i) => same(values, after[i] ?? [], 0)))
    failures.push('Inference must leave weights as they are; they have changed.')
  return firstFailure(failures, 'Inference is repeatable and changes no weight.')
}

function checkTaps(model: LayersModel, taps: Readonly<Record<string, string>>): Finding {
  const entries = Object.entries(taps)
  if (entries.length === 0) return notApplicable('It declares no taps.')
  const layers = new Set(model.layers.map(({ name }) => name))
  const failures = entries.flatMap(([alias, layer]) =>
    layers.has(layer) ? [] : [`Tap "${alias}" must name a layer; there is no layer "${layer}".`],
  )
  return firstFailure(failures, 'Every tap names a layer.')
}

function checkLeaks(build: (seed: number) => LayersModel, images: Images): Finding {
  const before = tf.memory().numTensors
  const model = build(1)
  predict(model, () => images(1))
  model.dispose()
  const left = tf.memory().numTensors - before
  return firstFailure(
    left <= 0 ? [] : [`A model that is disposed must leave no tensor; ${left} are left.`],
    'A model that is disposed leaves no tensor.',
  )
}
