import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { expectSame, normal, useWasm } from '../testing/both-backends.js'

describe('einsum on wasm', () => {
  it.each([
    ['ij,jk->ik', [3, 4], [4, 5]],
    ['ij,kj->ki', [3, 4], [5, 4]],
    ['bij,bjk->bik', [2, 3, 4], [2, 4, 5]],
    ['bij,bjk->kbi', [2, 3, 4], [2, 4, 5]],
    ['bhid,bhjd->bhij', [2, 3, 4, 5], [2, 3, 6, 5]],
    ['ij,ij->', [3, 4], [3, 4]],
    ['i,j->ij', [3], [4]],
    ['ijk,j->i', [2, 3, 4], [3]],
    ['ij,j->ij', [3, 4], [4]],
  ])('%s agrees with cpu', (equation, a, b) =>
    expectSame(() => [tf.einsum(equation, normal(a, 1), normal(b, 2))]),
  )

  it.each([
    ['ij->ji', [3, 4]],
    ['ijk->ki', [2, 3, 4]],
    ['ij->', [3, 4]],
    ['ij->ij', [3, 4]],
  ])('%s agrees with cpu', (equation, shape) => expectSame(() => [tf.einsum(equation, normal(shape, 1))]))

  it('rejects sizes that do not fit', async () => {
    await useWasm()
    const [a, b] = [tf.ones([2, 3]), tf.ones([4, 5])]
    expect(() => tf.einsum('ij,jk->ik', a, b)).toThrow(/Expected dimension/)
    tf.dispose([a, b])
  })
})
