import type { Tensor } from '@tensorflow/tfjs-core'
import type { BatchSource } from '../data/batches.js'
import { drawNoise } from '../model/layer-noise.js'
import { namedSeed, type RandomStream, randomStream } from '../random/stream.js'
import { tf } from '../tf.js'
import type { Arm } from './arm.js'
import { ArmError } from './arm-failure.js'
import { feedsOf } from './feeds-of.js'
import type { ScalarTable } from './scalar-table.js'

export interface StepInputOptions {
  readonly batches: BatchSource
  readonly shape: readonly [number, number, number]
  readonly epochs: number
  /** Training label of each sample by its id. */
  readonly allLabels: Int32Array
}

/**
 * Inputs of the cohort step for a 0-based step, as `createCohortStep` names them. The caller disposes them.
 * Throws an ArmError with what an arm's `feeds` threw.
 */
export function stepInputs(
  step: number,
  arms: readonly Arm[],
  scalars: ScalarTable,
  { batches, shape, epochs, allLabels }: StepInputOptions,
): Record<string, Tensor> {
  const { images, labels, ids } = batches.at(step)
  const clock = { step: step + 1, epoch: (step + 0.5) / batches.stepsPerEpoch, epochs }
  const inputs: Record<string, Tensor> = {
    images: tf.tensor(images, [ids.length, ...shape], 'int32'),
    labels: tf.tensor1d(labels, 'int32'),
    ids: tf.tensor1d(ids, 'int32'),
    scalars: tf.tensor1d(scalars.values(clock)),
  }
  for (const { spec, noise } of arms) {
    for (const [network, sites] of Object.entries(noise))
      for (const site of sites) {
        const stream = `noise/${spec.method}/${network}/${site.name}`
        const values = drawNoise(site, spec.seed, stream, step + 1)
        inputs[`noise/${spec.id}/${network}/${site.name}`] = tf.tensor(values, [...site.shape])
      }
    const seed = Int32Array.of(namedSeed(spec.seed, `step/${spec.method}`), step + 1)
    inputs[`seed/${spec.id}`] = tf.tensor1d(seed, 'int32')
    const streamFor = (method: string): RandomStream =>
      randomStream(spec.seed, `feeds/${method}/step-${step + 1}`)
    const stream = streamFor(spec.method)
    try {
      const feeds = feedsOf(spec, { ids, labels, allLabels, step: step + 1, stream, streamFor })
      for (const [name, { shape: size, data }] of Object.entries(feeds))
        inputs[`feed/${spec.id}/${name}`] = tf.tensor(
          data,
          [...size],
          data instanceof Int32Array ? 'int32' : 'float32',
        )
    } catch (cause) {
      tf.dispose(inputs)
      throw new ArmError(spec.id, cause)
    }
  }
  return inputs
}
