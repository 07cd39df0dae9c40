import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Dataset } from '../contracts/dataset.js'
import type { ModelChoice } from '../contracts/method.js'
import type { ForeignTensor, ModelDefinition, NamedWeights } from '../contracts/model.js'
import { UmbraError } from '../errors/umbra-error.js'
import type { Registry } from '../registry/registry.js'
import { canonicalJson } from '../util/canonical-json.js'
import { buildModel } from './build-model.js'
import { checkFit } from './check-fit.js'

/** Weights that fit a model built for them. */
export interface Fit {
  readonly model: LayersModel
  readonly named: NamedWeights
}

/** Tries which tensors fit a model. Models are built once for each choice of options that tensors imply. */
export interface Fitter {
  readonly definition: ModelDefinition
  /** Number of weights of the model with its own options. */
  readonly weights: () => number
  /** Options that the tensors imply. */
  readonly implied: (tensors: readonly ForeignTensor[]) => Readonly<Record<string, unknown>>
  /** What fits, or the error that says why nothing does. */
  readonly attempt: (tensors: readonly ForeignTensor[]) => Fit | UmbraError
  /** Disposes all models but one. */
  readonly dispose: (except?: LayersModel) => void
}

export function createFitter(
  registry: Registry,
  choice: ModelChoice,
  dataset: Pick<Dataset, 'shape' | 'classes'>,
  source: string,
): Fitter {
  const definition = registry.get('model', choice.id)
  const models = new Map<string, LayersModel>()
  const modelWith = (implied: object): LayersModel => {
    const options = { ...implied, ...choice.options }
    const key = canonicalJson(options)
    const model = models.get(key) ?? buildModel(registry, { id: choice.id, options }, dataset, 0).model
    models.set(key, model)
    return model
  }
  const implied: Fitter['implied'] = (tensors) => definition.optionsFor?.(tensors) ?? {}
  return {
    definition,
    implied,
    weights: () => modelWith({}).weights.length,
    attempt: (tensors) => {
      const model = modelWith(implied(tensors))
      try {
        const named = definition.importWeights?.(tensors, model, source) ?? sameNames(tensors)
        checkFit(model, named, source)
        return { model, named }
      } catch (error) {
        if (error instanceof UmbraError) return error
        throw error
      }
    },
    dispose: (except) => {
      for (const model of models.values()) if (model !== except) model.dispose()
    },
  }
}

const sameNames = (foreign: readonly ForeignTensor[]): NamedWeights =>
  new Map(foreign.map(({ name, shape, data }) => [name, { shape, data }]))
