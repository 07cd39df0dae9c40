import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { probeWebgpu } from '../webgpu/probe-webgpu.js'
import { registerWebgpu } from '../webgpu/register-webgpu.js'
import { relativeError } from './both-backends.js'

const probe = await probeWebgpu()

/** Whether the webgpu engine can be tested here: on a GPU, or on a software Vulkan driver. */
export const hasWebgpu = probe.available

/** Appended to a test's title where it cannot. */
export const withoutWebgpu = probe.available ? '' : ` (skipped: ${probe.reason})`

/** Makes webgpu current, with small tensors on the device too: their kernels are under test. */
async function useWebgpu(): Promise<void> {
  await registerWebgpu()
  await tf.setBackend('webgpu')
  tf.env().set('WEBGPU_CPU_FORWARD', false)
}

/** Fails when webgpu differs from cpu by more than `tolerance` times the largest value, or leaves tensors behind. */
export async function expectSameOnWebgpu(make: () => readonly tf.Tensor[], tolerance: number): Promise<void> {
  await tf.setBackend('cpu')
  Object.assign(tf.backend(), { firstUse: false })
  const expected = tf.tidy(() => make().map((tensor) => tensor.dataSync<'float32'>()))
  await useWebgpu()
  const before = tf.memory().numTensors
  const results = tf.tidy(() => [...make()])
  for (const [i, result] of results.entries()) {
    const actual = await result.data()
    expect(actual).toHaveLength(expected[i]!.length)
    expect(relativeError(actual, expected[i]!)).toBeLessThanOrEqual(tolerance)
  }
  tf.dispose(results)
  expect(tf.memory().numTensors).toBe(before)
}
