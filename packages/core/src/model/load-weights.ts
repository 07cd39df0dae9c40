import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Dataset } from '../contracts/dataset.js'
import type { ModelChoice } from '../contracts/method.js'
import type { ForeignTensor, ModelDefinition, NamedWeights } from '../contracts/model.js'
import { UmbraError } from '../errors/umbra-error.js'
import type { Registry } from '../registry/registry.js'
import { tf } from '../tf.js'
import { getEntry } from '../util/get-entry.js'
import { buildModel } from './build-model.js'
import { namedWeights } from './weight-names.js'

/**
 * Builds a model and gives it the weights of a file, in any format a plugin reads.
 *
 * Throws UMBRA_FILE_MISSING, UMBRA_WEIGHTS_FORMAT for an unknown ending, UMBRA_WEIGHTS_MISMATCH naming the first tensor
 * that does not fit, and what the format's reader throws.
 */
export async function loadModel(
  registry: Registry,
  choice: ModelChoice,
  file: string,
  dataset: Pick<Dataset, 'shape' | 'classes'>,
): Promise<{ readonly definition: ModelDefinition; readonly model: LayersModel; readonly sha256: string }> {
  const foreign = await readForeign(registry, file)
  const definition = registry.get('model', choice.id)
  const implied = definition.optionsFor?.(foreign) ?? {}
  const { model } = buildModel(
    registry,
    { id: choice.id, options: { ...implied, ...choice.options } },
    dataset,
    0,
  )
  try {
    const named = definition.importWeights?.(foreign, model, basename(file)) ?? ownNames(foreign)
    assignWeights(model, named, basename(file))
  } catch (error) {
    model.dispose()
    throw error
  }
  return { definition, model, sha256: createHash('sha256').update(readFileSync(file)).digest('hex') }
}

async function readForeign(registry: Registry, file: string): Promise<readonly ForeignTensor[]> {
  if (!existsSync(file))
    throw new UmbraError('UMBRA_FILE_MISSING', { subject: `weight file ${file}`, received: 'no such file' })
  const formats = registry.list('format').map(({ definition }) => definition)
  const ending = extname(file).toLowerCase()
  const format = formats.find(({ extensions }) => extensions.includes(ending))
  if (format === undefined)
    throw new UmbraError('UMBRA_WEIGHTS_FORMAT', {
      subject: `weight file ${file}`,
      expected: `one of ${formats.flatMap(({ extensions }) => extensions).join(', ')}`,
      received: ending === '' ? 'no ending' : ending,
    })
  return format.read(file)
}

const ownNames = (foreign: readonly ForeignTensor[]): NamedWeights =>
  new Map(foreign.map(({ name, shape, data }) => [name, { shape, data }]))

/**
 * Gives a model values by its own weight names (`layer/kernel`); all must be there and of the right shape.
 *
 * Throws UMBRA_WEIGHTS_MISMATCH naming the first tensor that is not.
 */
export function assignWeights(model: LayersModel, values: NamedWeights, source: string): void {
  const weights = namedWeights(model)
  for (const [name, weight] of weights) {
    const value = values.get(name)
    const shape = weight.shape.join(', ')
    if (value?.shape.join(', ') === shape) continue
    throw new UmbraError('UMBRA_WEIGHTS_MISMATCH', {
      subject: `tensor "${name}" of ${source}`,
      expected: `shape [${shape}]`,
      received: value === undefined ? 'no such tensor' : `[${value.shape.join(', ')}]`,
      remedy: 'Are these the weights of another architecture?',
    })
  }
  for (const [name, weight] of weights) {
    const { data, shape } = getEntry(values, name, 'tensor')
    const tensor = tf.tensor(data, [...shape], 'float32')
    weight.write(tensor)
    tensor.dispose()
  }
}
