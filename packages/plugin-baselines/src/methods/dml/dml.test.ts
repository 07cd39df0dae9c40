import { entryOf, tf } from '@umbra/core'
import { evaluateTerms, noParts } from '@umbra/core/testing'
import { FLOAT32_GRADIENT, difference, useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { dml } from './dml.js'

beforeAll(useCpuBackend)

const objective = dml.objective(dml.options.parse({ peers: 2 }), noParts)

function evaluate(student: tf.Tensor2D, peers: readonly tf.Tensor2D[]) {
  const outputs = (logits: tf.Tensor2D) => ({ logits, taps: {} })
  return evaluateTerms(objective, {
    student: outputs(student),
    teachers: [],
    labels: tf.tensor1d([0, 1], 'int32'),
    batch: { peers: peers.map(outputs) },
  })
}

it('gives each network the gradient of its own loss, the others being constant', () => {
  tf.tidy(() => {
    const logits = [1, 2, 3].map((seed) => tf.randomNormal<tf.Rank.R2>([2, 4], 0, 2, 'float32', seed))
    const loss = (student: tf.Tensor, ...peers: tf.Tensor[]): tf.Scalar =>
      evaluate(student as tf.Tensor2D, peers as tf.Tensor2D[]).loss
    const { grads } = tf.valueAndGrads(loss)(logits)
    const labels = tf.oneHot(tf.tensor1d([0, 1], 'int32'), 4)
    const probabilities = logits.map((z) => tf.softmax(z))
    for (const [k, p] of probabilities.entries()) {
      // (p - onehot) for the labels and the mean of (p - p_l) for the others, over the batch of two
      const others = tf.div(tf.addN(probabilities.filter((_, l) => l !== k)), 2)
      const expected = tf.div(tf.add(tf.sub(p, labels), tf.sub(p, others)), 2)
      expect(
        difference([...(grads[k]?.dataSync() ?? [])], [...expected.dataSync()], FLOAT32_GRADIENT),
      ).toBeUndefined()
    }
  })
})

it('has no mutual term where all networks agree', () => {
  tf.tidy(() => {
    const z = tf.tensor2d([1, 2, 3, 3, 0, 1], [2, 3])
    const { terms } = evaluate(z, [z, z])
    for (const name of ['mutual', 'peerMutual'])
      expect(
        difference(entryOf(terms, name).dataSync(), [0, 0], { relative: 0, absolute: 1e-6 }),
      ).toBeUndefined()
  })
})
