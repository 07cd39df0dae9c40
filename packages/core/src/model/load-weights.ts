import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Dataset } from '../contracts/dataset.js'
import type { ModelChoice } from '../contracts/method.js'
import type { ModelDefinition, NamedWeights } from '../contracts/model.js'
import { UmbraError } from '../errors/umbra-error.js'
import type { Registry } from '../registry/registry.js'
import { tf } from '../tf.js'
import { getEntry } from '../util/get-entry.js'
import { checkFit } from './check-fit.js'
import { type ChosenWeights, chooseWeights } from './choose-weights.js'
import { createFitter } from './fit-weights.js'
import { type SkippedTensor, readForeign } from './read-foreign.js'
import { namedWeights } from './weight-names.js'
import type { WeightChoice } from './weight-sets.js'
import { checkValues } from './weight-values.js'
import { sha256Of } from '../util/sealed-json.js'

/**
 * Builds a model and gives it the weights of a file, in any format a plugin reads.
 *
 * Throws UMBRA_FILE_MISSING, UMBRA_WEIGHTS_FORMAT for a file of no format that a plugin reads, UMBRA_WEIGHTS_MISMATCH naming
 * the first tensor that does not fit or the sets of weights to choose from, UMBRA_WEIGHTS_VALUES for NaN and infinity, and
 * what the format's reader throws.
 *
 * @param options which weights of the file to take, and where to say which were taken
 */
export async function loadModel(
  registry: Registry,
  choice: ModelChoice,
  file: string,
  dataset: Pick<Dataset, 'shape' | 'classes'>,
  { notice, ...which }: WeightChoice & { readonly notice?: (text: string) => void } = {},
): Promise<{ readonly definition: ModelDefinition; readonly model: LayersModel; readonly sha256: string }> {
  const source = basename(file)
  const { foreign, skipped } = await readForeign(registry, file)
  const fitter = createFitter(registry, choice, dataset, source)
  let model: LayersModel | undefined
  try {
    const chosen = choose(() => chooseWeights(foreign, which, fitter, source), skipped)
    checkValues(chosen.tensors, source)
    assignWeights(chosen.model, chosen.named, source)
    if (chosen.notice !== undefined) notice?.(chosen.notice)
    if (skipped.length > 0) notice?.(`${source}: skipped ${listed(skipped)}`)
    model = chosen.model
  } finally {
    fitter.dispose(model)
  }
  const sha256 = sha256Of(readFileSync(file))
  return { definition: fitter.definition, model, sha256 }
}

/** What does not fit may be what was skipped. */
function choose(action: () => ChosenWeights, skipped: readonly SkippedTensor[]): ChosenWeights {
  try {
    return action()
  } catch (error) {
    if (!(error instanceof UmbraError) || skipped.length === 0) throw error
    const { remedy, ...facts } = error.facts
    const note = `Of types that are not read here: ${listed(skipped)}`
    throw new UmbraError(error.code, { ...facts, remedy: remedy === undefined ? note : `${remedy}. ${note}` })
  }
}

/** `mask (U8), used (BOOL) and 3 more`. */
function listed(skipped: readonly SkippedTensor[]): string {
  const names = skipped.slice(0, 4).map(({ name, type }) => `${name} (${type})`)
  const more = skipped.length - names.length
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}

/**
 * Gives a model values by its own weight names (`layer/kernel`); all must be there and of the right shape.
 *
 * Throws UMBRA_WEIGHTS_MISMATCH naming the first tensor that is not.
 */
export function assignWeights(model: LayersModel, values: NamedWeights, source: string): void {
  checkFit(model, values, source)
  for (const [name, weight] of namedWeights(model)) {
    const { data, shape } = getEntry(values, name, 'tensor')
    const tensor = tf.tensor(data, [...shape], 'float32')
    weight.write(tensor)
    tensor.dispose()
  }
}
