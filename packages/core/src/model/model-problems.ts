import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Dataset } from '../contracts/dataset.js'
import type { ModelDefinition } from '../contracts/model.js'
import { suggestion } from '../errors/nearest.js'
import { UmbraError } from '../errors/umbra-error.js'
import { classesProblem } from './classes-problem.js'
import { probabilityLayer } from './probabilities.js'

/** What a model is built for. */
export interface ModelPurpose {
  /** The model in the user's words: `model "mine" (plugin "own")`. */
  readonly subject: string
  readonly dataset: Pick<Dataset, 'shape' | 'classes'>
}

/** What can be seen to be wrong in a model as it is built: its inputs, its outputs and its taps. */
export function modelProblems(
  model: LayersModel,
  { taps }: Pick<ModelDefinition, 'taps'>,
  purpose: ModelPurpose,
): UmbraError[] {
  return [
    ...inputProblems(model, purpose),
    ...outputProblems(model, purpose),
    ...tapProblems(model, taps, purpose),
  ]
}

/** What keeps a model from being given the images of a data set. */
export function inputProblems(
  { inputs }: LayersModel,
  { subject, dataset: { shape } }: ModelPurpose,
): UmbraError[] {
  const [input] = inputs
  const [batch, ...size] = input?.shape ?? []
  const fits = size.length === shape.length && size.every((n, i) => n === null || n === shape[i])
  if (inputs.length === 1 && batch === null && fits) return []
  const received = inputs.map((each) => shapeText(each.shape)).join(' and ')
  return [
    new UmbraError('UMBRA_MODEL', {
      subject: `input of ${subject}`,
      expected: `one, for batches of images of any size, [batch, ${shape.join(', ')}]`,
      received: received === '' ? 'none' : received,
      remedy:
        batch !== null && fits
          ? 'Give its first layer `inputShape` in place of `batchInputShape`'
          : 'Build it for the `inputShape` of the context',
    }),
  ]
}

function outputProblems(model: LayersModel, { subject, dataset: { classes } }: ModelPurpose): UmbraError[] {
  const { outputs } = model
  const problems: UmbraError[] = []
  if (outputs.length !== 1) {
    const names = outputs.map(({ sourceLayer }) => `"${sourceLayer.name}"`).join(', ')
    problems.push(
      new UmbraError('UMBRA_MODEL', {
        subject: `outputs of ${subject}`,
        expected: 'one, the logits',
        received: names === '' ? 'none' : `${outputs.length}: ${names}`,
        remedy: 'Return the logits alone; a method reads features as taps, by the names of their layers',
      }),
    )
  }
  if (outputs[0] === undefined) return problems
  const misfit = classesProblem(outputs[0].shape, classes.length, subject)
  if (misfit !== undefined) problems.push(misfit)
  const maker = probabilityLayer(model)
  if (maker !== undefined)
    problems.push(
      new UmbraError('UMBRA_MODEL', {
        subject: `layer "${maker.layer}" of ${subject}`,
        expected: 'logits at the end of a model',
        received: `probabilities, by ${maker.activation}`,
        remedy: `Remove the ${maker.activation}: every loss applies softmax itself`,
      }),
    )
  return problems
}

function tapProblems(
  { layers }: LayersModel,
  taps: ModelDefinition['taps'],
  { subject }: ModelPurpose,
): UmbraError[] {
  const names = layers.map(({ name }) => name)
  return Object.entries(taps).flatMap(([alias, layer]) =>
    names.includes(layer)
      ? []
      : [
          new UmbraError('UMBRA_MODEL', {
            subject: `tap "${alias}" of ${subject}`,
            expected: 'the name of a layer',
            received: `"${layer}"`,
            remedy: suggestion(layer, names),
          }),
        ],
  )
}

const shapeText = (shape: readonly (number | null)[]): string =>
  `[${shape.map((n, i) => n ?? (i === 0 ? 'batch' : 'any')).join(', ')}]`
