import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-layers'
import { expect } from 'vitest'
import { registerWasm } from '../wasm/register-wasm.js'

export type Numbers = Float32Array | Int32Array | Uint8Array

/** Reproducible normal deviates. */
export const normal = (shape: readonly number[], seed: number): tf.Tensor =>
  tf.randomNormal([...shape], 0, 1, 'float32', seed)

/** Registers wasm and makes it current. */
export async function useWasm(): Promise<void> {
  await registerWasm()
  await tf.setBackend('wasm')
}

/** The tensors that `make` returns, as numbers, on both backends; fails when the wasm run leaves anything behind. */
async function onBoth(make: () => readonly tf.Tensor[]): Promise<{ cpu: Numbers[]; wasm: Numbers[] }> {
  await tf.setBackend('cpu')
  Object.assign(tf.backend(), { firstUse: false })
  const cpu = values(make)
  await useWasm()
  values(make)
  const before = leftovers()
  const wasm = values(make)
  expect(leftovers()).toEqual(before)
  return { cpu, wasm }
}

/** Fails when wasm differs from cpu by more than `tolerance` times the largest value. */
export async function expectSame(make: () => readonly tf.Tensor[], tolerance = 3e-6): Promise<void> {
  const { cpu, wasm } = await onBoth(make)
  expect(wasm).toHaveLength(cpu.length)
  for (const [i, expected] of cpu.entries()) {
    expect(wasm[i]?.length).toBe(expected.length)
    expect(relativeError(wasm[i] ?? [], expected)).toBeLessThanOrEqual(tolerance)
  }
}

/** Largest deviation over the largest expected value; NaN only where both are NaN. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [deviation, scale] = [0, Number.MIN_VALUE]
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i] ?? NaN, expected[i] ?? NaN]
    if (Number.isNaN(a) !== Number.isNaN(b)) return Infinity
    if (Number.isNaN(b)) continue
    deviation = Math.max(deviation, Math.abs(a - b))
    scale = Math.max(scale, Math.abs(b))
  }
  return deviation / scale
}

/** Tensors that tfjs counts, and buffers that the backend holds. */
export const leftovers = (): { tensors: number; buffers: number } => ({
  tensors: tf.memory().numTensors,
  buffers: tf.engine().backend.numDataIds(),
})

function values(make: () => readonly tf.Tensor[]): Numbers[] {
  return tf.tidy(() => make().map((tensor) => tensor.dataSync<'float32'>()))
}
