import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Dataset } from '../contracts/dataset.js'
import type { ModelChoice } from '../contracts/method.js'
import { blame } from '../errors/blame.js'
import { UmbraError } from '../errors/umbra-error.js'
import type { Registry } from '../registry/registry.js'
import { tf } from '../tf.js'
import { buildModel } from './build-model.js'
import { classesProblem } from './classes-problem.js'
import { compareBuilds } from './compare-builds.js'
import { type ModelPurpose, inputProblems, modelProblems } from './model-problems.js'
import { probabilitiesProblem, probabilityLayer } from './probabilities.js'
import { tryPass } from './random-layers.js'

/** How a model is used. */
export interface ModelUse {
  readonly seed: number
  /** Whether it is trained here; a teacher with weights of its own is not. */
  readonly trained: boolean
}

/** A model as it was built, and everything that keeps it from its use. */
export interface CheckedModel {
  /** Disposed by the caller; undefined where it cannot be built. */
  readonly model: LayersModel | undefined
  readonly problems: readonly UmbraError[]
}

/**
 * Builds a model for a data set and finds everything that is wrong in it: inputs, outputs that are no logits, taps without a layer.
 * One to be trained is built twice, and run once on two images: builds from one seed must have the same names and weights, and random
 * layers must take their numbers from the trainer.
 */
export function checkModel(
  registry: Registry,
  choice: ModelChoice,
  dataset: Pick<Dataset, 'shape' | 'classes'>,
  { seed, trained }: ModelUse,
): CheckedModel {
  const build = (): LayersModel => buildModel(registry, choice, dataset, seed).model
  const definition = registry.get('model', choice.id)
  const subject = `model "${choice.id}" (plugin "${registry.pluginOf(definition).name}")`
  const problems: UmbraError[] = []
  // What one step finds does not hide what the next one does.
  const find = (step: () => readonly (UmbraError | undefined)[]): void => {
    try {
      problems.push(...step().filter((problem) => problem !== undefined))
    } catch (error) {
      if (!(error instanceof UmbraError)) throw error
      problems.push(error)
    }
  }
  let model: LayersModel | undefined
  find(() => {
    model = build()
    return modelProblems(model, definition, { subject, dataset })
  })
  const built = model
  if (built === undefined || !trained) return { model: built, problems }
  find(() => [compareBuilds(built, build, subject)])
  find(() => [trialProblem(built, { subject, dataset })])
  return { model: built, problems }
}

const IMAGES = 2

/** What a forward pass as in training shows. Throws UMBRA_MODEL for what the pass throws. */
function trialProblem(model: LayersModel, purpose: ModelPurpose): UmbraError | undefined {
  const { subject, dataset } = purpose
  if (inputProblems(model, purpose).length > 0) return undefined
  let problem: UmbraError | undefined
  tf.tidy(() => {
    const images = tf.randomNormal([IMAGES, ...dataset.shape], 0, 1, 'float32', 1)
    const [logits] = [tryPass(model, subject, () => applied(model, images, subject))].flat()
    problem = logits === undefined ? undefined : logitsProblem(logits, model, purpose)
  })
  return problem
}

/** What is wrong in outputs and cannot be seen in the model. */
function logitsProblem(
  logits: Tensor,
  model: LayersModel,
  { subject, dataset }: ModelPurpose,
): UmbraError | undefined {
  const classes = dataset.classes.length
  if (classesProblem(model.outputs[0]?.shape, classes, subject) !== undefined) return undefined
  // A layer may state another shape than it returns.
  const misfit = classesProblem(logits.shape, classes, `what ${subject} returns`)
  if (misfit !== undefined || probabilityLayer(model) !== undefined) return misfit
  return probabilitiesProblem(logits.dataSync<'float32'>(), classes, subject)
}

function applied(model: LayersModel, images: Tensor, subject: string): Tensor | Tensor[] {
  try {
    return model.apply(images, { training: true }) as Tensor | Tensor[]
  } catch (error) {
    throw blame({ subject, code: 'UMBRA_MODEL' }, 'a forward pass', error) as Error
  }
}
