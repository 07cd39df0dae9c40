import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { detach, objective } from '@umbra/core'
import { armOperations, createHookRunner } from '@umbra/core/trainer'
import { toyImages } from '@umbra/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from './create-engine.js'
import { ENGINES } from './testing/engines.js'
import { hasWebgpu, withoutWebgpu } from './testing/webgpu.js'
import { LOSSES } from './testing/losses.js'

/** A network with a tap `[batch, 6, 6, 8]`. */
const network = (): tfl.LayersModel =>
  tfl.sequential({
    layers: [
      tfl.layers.conv2d({ inputShape: [6, 6, 1], filters: 8, kernelSize: 1, name: 'conv' }),
      tfl.layers.reLU({ name: 'relu' }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 3, name: 'logits' }),
    ],
  })

/** What is recorded on the current engine: of every loss, and of hooks. */
function recordings(): Readonly<Record<string, string | undefined>> {
  const recorded = Object.entries(LOSSES).map(([name, loss]) => {
    const arm = {
      ...{ id: 'arm', method: 'mine', seed: 0, model: network(), aliases: {} },
      objective: objective({
        weights: { loss: 1 },
        taps: { student: ['relu'] },
        terms: ({ student, target }) => ({
          loss: tf.add(
            tf.mul(tf.ones<tf.Rank.R1>([4]), loss(student.taps.relu!)),
            detach(tf.mul(tf.cast(target.labels, 'float32'), 0.1)),
          ),
        }),
      }),
    }
    const hooks = createHookRunner([
      {
        name: 'mine',
        hooks: {
          gradients: (gradients) =>
            Object.fromEntries(Object.entries(gradients).map(([key, value]) => [key, tf.mul(value, 0.1)])),
        },
      },
    ])
    const setting = { data: { train: toyImages(4), classes: 3 }, teachers: [], batch: 4, hooks }
    return [name, JSON.stringify(armOperations(arm, setting))] as const
  })
  return Object.fromEntries(recorded)
}

const seen: ReturnType<typeof recordings>[] = []

const ALL = [...ENGINES, { id: 'webgpu', name: `webgpu${withoutWebgpu}`, here: hasWebgpu }] as const

for (const { id, name, here } of ALL)
  describe.skipIf(!here)(`operations recorded on ${name}`, () => {
    beforeAll(async () => {
      await createEngine(id)
    })

    it('are those recorded on every other engine', () => {
      const recorded = recordings()
      expect(Object.values(recorded).filter((text) => !/objective.*hooks/.test(text ?? ''))).toEqual([])
      seen.push(recorded)
      expect(recorded).toEqual(seen[0])
    })
  })

afterAll(() => {
  expect(seen.length).toBeGreaterThan(1)
})
