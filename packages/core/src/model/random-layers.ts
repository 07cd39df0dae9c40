import type { Tensor } from '@tensorflow/tfjs-core'
import type { layers, LayersModel } from '@tensorflow/tfjs-layers'
import { UmbraError } from '../errors/umbra-error.js'
import { tf } from '../tf.js'
import { allLayers } from './all-layers.js'
import type { NoiseLaw, NoiseSite } from './layer-noise.js'

type Layer = layers.Layer

/** Fields of tfjs's random layers. */
interface RandomLayer {
  readonly rate: number
  readonly stddev: number
  readonly noiseShape?: readonly (number | null)[] | null
  readonly getNoiseShape?: (input: Tensor) => readonly number[] | null | undefined
}

/** A layer whose random numbers come from outside: their law, and what the layer computes from them. */
interface RandomKind {
  readonly law: (layer: RandomLayer) => NoiseLaw
  readonly apply: (input: Tensor, noise: Tensor, layer: RandomLayer) => Tensor
}

const DROPOUT: RandomKind = {
  law: ({ rate }) => ({ kind: 'mask', rate, value: 1 / (1 - rate) }),
  apply: (input, noise) => tf.mul(input, noise),
}

// The value that SELU tends to, see `alphaDropout`.
const SATURATED = -1.6732632423543772 * 1.0507009873554805

const KINDS: Readonly<Record<string, RandomKind>> = {
  Dropout: DROPOUT,
  SpatialDropout1D: DROPOUT,
  GaussianDropout: {
    law: ({ rate }) => ({ kind: 'normal', mean: 1, deviation: Math.sqrt(rate / (1 - rate)) }),
    apply: (input, noise) => tf.mul(input, noise),
  },
  GaussianNoise: {
    law: ({ stddev }) => ({ kind: 'normal', mean: 0, deviation: stddev }),
    apply: (input, noise) => tf.add(input, noise),
  },
  AlphaDropout: { law: ({ rate }) => ({ kind: 'mask', rate, value: 1 }), apply: alphaDropout },
}

/**
 * Klambauer et al.: Self-Normalizing Neural Networks (2017), section 3: mean 0 and variance 1 are kept.
 * Departs from tfjs-layers, which gives dropped units the opposite sign.
 */
function alphaDropout(input: Tensor, kept: Tensor, { rate }: RandomLayer): Tensor {
  const a = ((1 - rate) * (1 + rate * SATURATED ** 2)) ** -0.5
  const b = -a * SATURATED * rate
  const dropped = tf.mul(tf.sub(1, kept), SATURATED)
  return tf.add(tf.mul(tf.add(tf.mul(input, kept), dropped), a), b)
}

/** Gives a random layer its numbers; called in the order of the forward pass. */
export type NoiseSource = (site: NoiseSite) => Tensor

interface Pass {
  readonly source: NoiseSource
  readonly subject: string
  readonly calls: Map<string, number>
  /** The layer at work. */
  layer: string
}

let pass: Pass | undefined
const watched = new WeakSet<Layer>()

/** Whether a model has layers whose numbers `withNoise` supplies. */
const hasRandomLayers = (model: LayersModel): boolean => allLayers(model).some((layer) => isActive(layer))

function isActive(layer: Layer): boolean {
  const { rate, stddev } = layer as unknown as Partial<RandomLayer>
  if (!Object.hasOwn(KINDS, layer.getClassName())) return false
  return rate === undefined ? (stddev ?? 0) > 0 : rate > 0 && rate < 1
}

/** Lets the layers of a model take their random numbers from `withNoise`. */
function watchLayers(model: LayersModel): void {
  for (const layer of allLayers(model)) {
    if (watched.has(layer)) continue
    watched.add(layer)
    const stock = layer.call.bind(layer)
    layer.call = (inputs, kwargs) => {
      const training = (kwargs as { training?: unknown } | undefined)?.training
      if (pass === undefined || training !== true) return stock(inputs, kwargs)
      const input = Array.isArray(inputs) ? inputs[0] : inputs
      if (input !== undefined && isActive(layer)) return randomCall(layer, input, pass)
      const outer = pass.layer
      pass.layer = layer.name
      try {
        return stock(inputs, kwargs)
      } finally {
        pass.layer = outer
      }
    }
  }
}

function randomCall(layer: Layer, input: Tensor, { source, calls }: Pass): Tensor {
  // `isActive` made sure of the kind.
  const kind = KINDS[layer.getClassName()]!
  const random = layer as unknown as RandomLayer
  const call = calls.get(layer.name) ?? 0
  calls.set(layer.name, call + 1)
  const shape = random.getNoiseShape?.(input) ?? random.noiseShape ?? input.shape
  const sized = shape.map((n, i) => n ?? input.shape[i] ?? 1)
  return tf.tidy(() => {
    const noise = source({ name: `${layer.name}/${call}`, shape: sized, law: kind.law(random) })
    return kind.apply(input, noise, random)
  })
}

/** Operations of tfjs that draw numbers, seeded or not. */
const DRAWS = /^(rand|random\w+|truncatedNormal|multinomial|dropout)__op$/

/**
 * Runs a forward pass in training whose random layers take their numbers from `source`.
 *
 * Throws UMBRA_MODEL naming the layer where another layer draws numbers of its own: they would be neither the run's nor
 * the same after a resume.
 */
export function withNoise<T>(subject: string, source: NoiseSource, action: () => T): T {
  const engine = tf.engine()
  const outer = pass
  const { random } = Math
  const startScope = engine.startScope.bind(engine)
  const now: Pass = { source, subject, calls: new Map(), layer: '' }
  pass = now
  engine.startScope = (name) => {
    if (DRAWS.test(name ?? '')) throw drawsItself(now, `tf.${name?.replace('__op', '') ?? ''}`)
    startScope(name)
  }
  Math.random = () => {
    throw drawsItself(now, 'Math.random')
  }
  try {
    return action()
  } finally {
    pass = outer
    Math.random = random
    Reflect.deleteProperty(engine, 'startScope')
  }
}

const drawsItself = ({ layer, subject }: Pass, what: string): UmbraError =>
  new UmbraError('UMBRA_MODEL', {
    subject: `layer "${layer}" of ${subject}`,
    expected: "random numbers from the run's streams, which can be resumed",
    received: `${what} inside the layer, or dropout of a recurrent layer`,
    remedy:
      'Use tfl.layers.dropout, spatialDropout1d, gaussianNoise, gaussianDropout or alphaDropout as layers of the model',
  })

/** The random numbers that a forward pass of a model takes, in its order. Weights that the pass moves are put back. */
export function noiseSites(
  model: LayersModel,
  batch: number,
  subject: string,
  apply: (input: Tensor) => unknown,
): readonly NoiseSite[] {
  watchLayers(model)
  if (!hasRandomLayers(model)) return []
  const sites: NoiseSite[] = []
  const shape = (model.inputs[0]?.shape ?? []).map((n) => n ?? batch)
  tf.tidy(() => {
    tryPass(model, subject, () => apply(tf.zeros(shape)), sites)
  })
  return sites
}

/**
 * The result of a forward pass as in training, in which random numbers are 1. Weights that it moves are put back. Throws
 * UMBRA_MODEL as `withNoise` does.
 *
 * @param sites gets the random numbers that the pass takes
 */
export function tryPass<T>(model: LayersModel, subject: string, action: () => T, sites: NoiseSite[] = []): T {
  watchLayers(model)
  const before = model.weights.map((weight) => tf.clone(weight.read()))
  const source: NoiseSource = (site) => {
    sites.push(site)
    return tf.ones([...site.shape])
  }
  try {
    return withNoise(subject, source, action)
  } finally {
    // One clone for each weight.
    for (const [i, weight] of model.weights.entries()) weight.write(before[i]!)
    tf.dispose(before)
  }
}
