import { type ForeignTensor, type NamedWeights, UmbraError, namedWeights } from '@umbra/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { channelPaddingKernel } from '../channel-padding.js'
import type { Shortcut } from '../resnet.js'
import { impliedShortcut } from './implied-shortcut.js'
import { guessArchitecture } from './guess-architecture.js'
import { foreignShape, toTfjsLayout } from './layout.js'
import { foreignNames, isUmbraName, plainName } from './resnet-names.js'

/**
 * Maps the tensors of a checkpoint to the weights of a ResNet of this package.
 *
 * Understands PyTorch state dictionaries of the CIFAR ResNets in use (`module.` prefix or not, `fc` or `linear`,
 * `downsample` or `shortcut`) and the names of Umbra's files. Convolutions OIHW become HWIO, the classifier is transposed,
 * `num_batches_tracked` is left out.
 *
 * @param source name of the file in errors
 * @throws UMBRA_WEIGHTS_MISMATCH naming the first tensor with a wrong shape and both shapes, or else the tensors that are
 * missing or left over.
 */
export function importResNetWeights(
  foreign: readonly ForeignTensor[],
  model: LayersModel,
  source: string,
): NamedWeights {
  const fit = createFit(foreign, model, source)
  const result = new Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>()
  const missing: string[] = []
  for (const [name, { shape }] of namedWeights(model)) {
    const sizes = shape.map((size) => size ?? 0)
    const data = fit.take(name, sizes) ?? implied(name, sizes, model)
    if (data === undefined) missing.push(fit.expectedName(name))
    else result.set(name, { shape: sizes, data })
  }
  fit.finish(missing)
  return result
}

interface Fit {
  readonly take: (name: string, shape: readonly number[]) => Float32Array | undefined
  readonly expectedName: (name: string) => string
  readonly finish: (missing: readonly string[]) => void
}

function createFit(foreign: readonly ForeignTensor[], model: LayersModel, source: string): Fit {
  const isUmbra = foreign.some(({ name }) => isUmbraName(name))
  const left = new Map<string, ForeignTensor>()
  for (const tensor of foreign) {
    const name = isUmbra ? tensor.name : plainName(tensor.name)
    if (name !== undefined) left.set(name, tensor)
  }
  const names = (name: string): readonly string[] => (isUmbra ? [name] : foreignNames(name))
  return {
    take: (name, shape) => {
      const [match] = names(name).flatMap((candidate) => {
        const tensor = left.get(candidate)
        return tensor === undefined ? [] : [{ candidate, tensor }]
      })
      if (match === undefined) return undefined
      const { candidate, tensor } = match
      left.delete(candidate)
      const expected = isUmbra ? shape : foreignShape(shape)
      if (tensor.shape.join() !== expected.join())
        throw new UmbraError('UMBRA_WEIGHTS_MISMATCH', {
          subject: `tensor "${tensor.name}" of ${source}`,
          expected: `shape [${expected.join(', ')}]`,
          received: `[${tensor.shape.join(', ')}]`,
          remedy: shapeRemedy(tensor.shape, expected, candidate) ?? lookalike(foreign, model),
        })
      return isUmbra ? tensor.data : toTfjsLayout(tensor.data, tensor.shape)
    },
    expectedName: (name) => names(name)[0] ?? name,
    finish: (missing) => {
      if (missing.length === 0 && left.size === 0) return
      throw new UmbraError('UMBRA_WEIGHTS_MISMATCH', {
        subject: `weights of ${source}`,
        expected: `the tensors of ${model.name}`,
        received: [
          ...(missing.length > 0 ? [`no ${listed(missing)}`] : []),
          ...(left.size > 0 ? [`unexpected ${listed([...left.keys()])}`] : []),
        ].join(' and '),
        remedy: namesRemedy(missing, [...left.keys()], foreign, model),
      })
    },
  }
}

/** What a wrong shape comes from, where that can be told. */
function shapeRemedy(
  shape: readonly number[],
  expected: readonly number[],
  name: string,
): string | undefined {
  const [classes] = shape
  const sameInput = shape.slice(1).join() === expected.slice(1).join()
  if (/^(?:fc|linear)\./.test(name) && shape.length === expected.length && sameInput)
    return `The last layer has one row per class: these weights are for ${classes} classes, so trained on another data set`
  if (sorted(shape).join() === sorted(expected).join())
    return 'Its sizes are in another order: it is transposed, or laid out as by another framework'
  return undefined
}

const sorted = (sizes: readonly number[]): readonly number[] => sizes.toSorted((a, b) => a - b)

/** What missing and left over names come from. */
function namesRemedy(
  missing: readonly string[],
  left: readonly string[],
  foreign: readonly ForeignTensor[],
  model: LayersModel,
): string {
  const looksLike = guessArchitecture(foreign)
  if (looksLike !== undefined && looksLike !== model.name) return lookalike(foreign, model)
  if (missing.length > 0 && missing.every((name) => STATISTICS.test(name)))
    return 'These are statistics of batch normalisation, without which the trained weights give other outputs: save the whole state dictionary, not only the parameters'
  const shortcut = impliedShortcut(foreign)
  if (shortcut !== undefined && shortcut !== shortcutOf(model))
    return `The file has ${shortcut} shortcuts: check option "shortcut" of the model`
  if (left.length === 0) return 'The file is incomplete: save the whole state dictionary'
  return lookalike(foreign, model)
}

const shortcutOf = ({ layers }: LayersModel): Shortcut =>
  layers.some(({ name }) => name.endsWith('_shortcut_bn')) ? 'projection' : 'identity'
const STATISTICS = /\.running_(?:mean|var)$|\/moving_(?:mean|variance)$/

function lookalike(foreign: readonly ForeignTensor[], { name }: LayersModel): string {
  const looksLike = guessArchitecture(foreign)
  return looksLike === undefined || looksLike === name
    ? 'These may be weights of another architecture'
    : `The file looks like a ${looksLike}; the model is a ${name}`
}

/** `layer1.3.conv1.weight, layer1.3.bn1.weight and 34 more`. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}

/** The kernel of an identity shortcut, which is not a weight of the published network and so not in its files. */
function implied(
  name: string,
  [, , from = 0, to = 0]: readonly number[],
  model: LayersModel,
): Float32Array | undefined {
  const [layer = ''] = name.split('/')
  const projects = model.layers.some((other) => other.name === layer.replace(/conv$/, 'bn'))
  if (!layer.endsWith('_shortcut_conv') || projects) return undefined
  return channelPaddingKernel(from, to)
}
