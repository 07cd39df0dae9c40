import * as tfl from '@tensorflow/tfjs-layers'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { toyArm, toyCohort } from '../../test/toy-cohort.js'
import { namedWeights } from '../model/weight-names.js'
import { crossEntropyObjective } from '../objective/cross-entropy-objective.js'
import { trainCohort } from './train-cohort.js'

beforeAll(useCpuBackend)

/** Two convolutions in a model inside; only the classifier has a name. */
function nested(): tfl.LayersModel {
  const seeded = (seed: number): ReturnType<typeof tfl.initializers.heNormal> =>
    tfl.initializers.heNormal({ seed })
  const conv = (seed: number, rest: { inputShape?: number[] } = {}): tfl.layers.Layer =>
    tfl.layers.conv2d({ filters: 2, kernelSize: 3, kernelInitializer: seeded(seed), ...rest })
  const input = tfl.input({ shape: [6, 6, 1] })
  const body = tfl.sequential({ layers: [conv(1, { inputShape: [6, 6, 1] }), conv(2)] })
  const flat = tfl.layers.flatten().apply(body.apply(input))
  const logits = tfl.layers.dense({ name: 'logits', units: 3, kernelInitializer: seeded(3) }).apply(flat)
  return tfl.model({ inputs: input, outputs: logits as tfl.SymbolicTensor })
}

it('trains and returns every weight of a model with a model inside, under the same names every time', async () => {
  const start = new Map(
    [...namedWeights(nested()).values()].map((weight, i) => [i, weight.read().dataSync()]),
  )
  const train = async () => {
    const arm = { ...toyArm('a', crossEntropyObjective()), model: nested(), aliases: {} }
    const { arms } = await trainCohort(toyCohort([arm], { epochs: 1 }))
    return arms[0]!.weights
  }
  const first = await train()
  expect([...first.keys()]).toEqual(
    ['sequential_1/conv2d_Conv2D1', 'sequential_1/conv2d_Conv2D2', 'logits'].flatMap((name) => [
      `${name}/kernel`,
      `${name}/bias`,
    ]),
  )
  for (const [i, { data }] of [...first.values()].entries()) expect([...data]).not.toEqual([...start.get(i)!])
  expect(await train()).toEqual(first)
})
