import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import * as tfl from '@tensorflow/tfjs-layers'
import { type Blamed } from '../errors/blame.js'
import { UmbraError } from '../errors/umbra-error.js'

const PACKAGE = '@tensorflow/tfjs-layers'

/** A layer by what it has, since its class may be that of another copy. */
interface LayerLike {
  readonly name?: unknown
  readonly getClassName: () => string
  readonly layers?: readonly unknown[]
  readonly layer?: unknown
}

/**
 * The same model. Throws the definition's code for one that is made, in whole or in part, by another copy of tfjs-layers: it could
 * neither be tapped nor extended, and the names of its variables could meet those of other models.
 */
export function ownLayers<T>({ subject, code }: Blamed, call: string, model: T): T {
  const foreign = foreignIn(model)
  if (foreign === undefined) return model
  const place = placeOf(foreign)
  throw new UmbraError(code, {
    subject: `what ${call} of ${subject} returns`,
    expected: `layers of the ${PACKAGE} that Umbra runs on`,
    received: `${nameOf(foreign)} of another copy${place === undefined ? '' : ` in ${place}`}`,
    remedy: REMEDY,
  })
}

const REMEDY = `Import layers by the name ${PACKAGE}, not from one of its files, from tfjs-node or from a bundle; in a program of your own, install one copy of it (npm dedupe)`

/** What tfjs-layers throws where layers of two copies meet. */
const CLASHES = /must be InputLayer objects|Variable with name .* was already registered|symbolic ?tensor/i

/** What to do about an error that may come from a second copy of tfjs-layers; undefined where none is loaded. */
export function foreignRemedy(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !CLASHES.test(thrown.message)) return undefined
  const [copy] = otherCopies()
  return copy === undefined
    ? undefined
    : `Another copy of ${PACKAGE} is loaded from ${copy.folder}. ${REMEDY}`
}

/** The first layer of a model, the model itself among them, whose class is of another copy. */
function foreignIn(layer: unknown): LayerLike | undefined {
  if (!isLayer(layer)) return undefined
  if (!(layer instanceof tfl.layers.Layer)) return layer
  const { layers = [], layer: wrapped } = layer as LayerLike
  for (const inner of [...layers, wrapped]) {
    const foreign = foreignIn(inner)
    if (foreign !== undefined) return foreign
  }
  return undefined
}

const isLayer = (value: unknown): value is LayerLike =>
  typeof value === 'object' &&
  value !== null &&
  'getClassName' in value &&
  typeof value.getClassName === 'function'

const nameOf = (layer: LayerLike): string =>
  'layers' in layer ? 'a model' : `layer ${JSON.stringify(layer.name)}`

interface Copy {
  readonly folder: string
  readonly Layer: unknown
}

/** The folder of the copy that a layer's class comes from, if Node has loaded it as a file of its own. */
const placeOf = (layer: LayerLike): string | undefined =>
  otherCopies().find(({ Layer }) => typeof Layer === 'function' && layer instanceof Layer)?.folder

/** Copies that this process has loaded beside the one that it runs on; what is bundled cannot be told. */
function otherCopies(): readonly Copy[] {
  const end = `${PACKAGE.replaceAll('/', sep)}${sep}dist${sep}`
  const { cache } = createRequire(import.meta.url)
  return Object.entries(cache).flatMap(([file, module]) => {
    if (!file.includes(end)) return []
    const { layers } = (module?.exports ?? {}) as { readonly layers?: { readonly Layer?: unknown } }
    const Layer = layers?.Layer
    return Layer === undefined || Layer === tfl.layers.Layer
      ? []
      : [{ folder: dirname(dirname(file)), Layer }]
  })
}
