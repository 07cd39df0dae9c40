import * as tf from '@tensorflow/tfjs-core'
import { difference } from '@umbra/testing'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createEngine } from '../create-engine.js'
import { hasTensorflow, withoutTensorflow } from '../testing/engines.js'
import { temporaryFolder } from '../testing/temporary-folder.js'
import { listEngines } from './installed.js'
import { loadTensorflow } from './load-tensorflow.js'
import { nodeBackend } from './node-backend.js'

const empty = temporaryFolder()

describe('loadTensorflow', () => {
  it('says how to install where nothing is installed', () => {
    // Must run first: a process that has loaded a library keeps it.
    expect(() => loadTensorflow(empty)).toThrow(
      expect.objectContaining({
        code: 'UMBRA_ENGINE_UNAVAILABLE',
        message: expect.stringContaining('umbra engine install') as string,
      }) as Error,
    )
  })
})

describe.skipIf(!hasTensorflow)(`the loaded tensorflow engine${withoutTensorflow}`, () => {
  // From the start: Node warns of a helper once a process.
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  beforeAll(async () => {
    await createEngine('tensorflow')
  })

  it('is the library that was installed', () => {
    expect(nodeBackend()?.binding.TF_Version).toBe(listEngines()[0]?.version)
    expect(loadTensorflow()).toBe(loadTensorflow(empty))
  })

  it('shares one tfjs-core with this package', () => {
    const x = tf.relu(tf.tensor1d([-1, 1]))
    expect(tf.engine().findBackend('tensorflow')).toBe(nodeBackend())
    expect(nodeBackend()?.getInputTensorIds([x])).toHaveLength(1)
  })

  it('computes', () => {
    const y = tf.conv2d(tf.ones<tf.Rank.R4>([1, 3, 3, 1]), tf.ones<tf.Rank.R4>([3, 3, 1, 1]), 1, 'same')
    expect(Array.from(y.dataSync())).toEqual([4, 6, 4, 6, 9, 6, 4, 6, 4])
  })

  it('has the methods of tensors that its kernels call', () => {
    const x = tf.tensor1d([-2, 3])
    expect(Array.from(tf.prelu(x, tf.tensor1d([0.25])).dataSync())).toEqual([-0.5, 3])
    expect(tf.argMax(tf.tensor1d([false, true], 'bool')).dataSync()[0]).toBe(1)
    expect(tf.argMin(tf.tensor1d([true, false], 'bool')).dataSync()[0]).toBe(1)
    const [one, e] = tf.exp(tf.tensor1d([0, 1], 'int32')).dataSync()
    expect([one, e]).toEqual([1, Math.fround(Math.E)])
  })

  it('has the gradient of ReLU, and gradients of it', () => {
    const x = tf.tensor1d([-2, -0, 0, 1, 3])
    const cube = (a: tf.Tensor): tf.Tensor => tf.pow(tf.relu(a), 3)
    const first = tf.grad(cube)
    expect(difference(first(x).dataSync(), [0, 0, 0, 3, 27], { relative: 1e-6, absolute: 0 })).toBeUndefined()
    const second = tf.grad((a) => tf.sum(first(a)))
    expect(
      difference(second(x).dataSync(), [0, 0, 0, 6, 18], { relative: 1e-6, absolute: 0 }),
    ).toBeUndefined()
  })

  it('keeps the gradient of ReLU on other engines', async () => {
    await createEngine('cpu')
    const slope = tf.grad((a: tf.Tensor) => tf.relu(a))(tf.tensor1d([-1, 2]), tf.tensor1d([5, 7]))
    expect(Array.from(slope.dataSync())).toEqual([0, 7])
    await createEngine('tensorflow')
  })

  it('repeats itself to the last bit', () => {
    const x = tf.randomNormal<tf.Rank.R4>([8, 16, 16, 8], 0, 1, 'float32', 1)
    const kernel = tf.randomNormal<tf.Rank.R4>([3, 3, 8, 8], 0, 1, 'float32', 2)
    const gradient = () =>
      tf.grad((k) => tf.sum(tf.square(tf.conv2d(x, k as tf.Tensor4D, 1, 'same'))))(kernel)
    expect(gradient().dataSync()).toEqual(gradient().dataSync())
  })

  it('gives tfjs-node the helpers of node:util that Node warns of or lacks, without a warning', () => {
    // This kernel asks for one of them.
    const { values } = tf.topk(tf.tensor1d([3, 1, 2]), 2)
    expect(Array.from(values.dataSync())).toEqual([3, 2])
    expect(warn.mock.calls).toEqual([])
  })

  it('loads without a word on the terminal', () => {
    const engine = listEngines()[0]!
    const script = `
      const { redirect, restore } = require(${JSON.stringify(join(engine.folder, 'quiet.node'))})
      const saved = redirect(${JSON.stringify(join(empty, 'log'))})
      require(${JSON.stringify(join(engine.folder, 'tfjs_binding.node'))})
      restore(saved)
      process.stderr.write('the end')`
    const { stderr, status } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, 'the end'])
  })
})
