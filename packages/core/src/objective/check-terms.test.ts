import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Terms } from '../contracts/objective.js'
import { tf } from '../tf.js'
import { checkTerms } from './check-terms.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const state = () => ({ bank: tf.zeros([3, 2]) })
const check = (result: unknown): void => {
  checkTerms(result as Terms, {
    weights: { ce: 1, kd: 2 },
    batch: 2,
    state: state(),
    subject: 'method "own"',
  })
}
const good = () => ({ ce: tf.zeros([2]), kd: tf.zeros([2]) })
const EXPECTED = 'method "own": expected term "kd" of one value an example, [2] float32'

describe('checkTerms', () => {
  it('accepts what was promised', () => {
    tf.tidy(() => {
      check({ terms: good() })
      check({ terms: good(), state: state() })
      check({ terms: good(), state: {} })
    })
  })

  it.each<[string, () => unknown, string]>([
    ['nothing', () => undefined, 'method "own": expected terms by name, received nothing'],
    [
      'a promise',
      () => Promise.resolve({ terms: good() }),
      'method "own": expected terms by name, received a promise',
    ],
    [
      'a term without weight',
      () => ({ terms: { ...good(), look: tf.zeros([2]) } }),
      'the terms it gives weights for (ce, kd), received ce, kd, look',
    ],
    [
      'a weight without term',
      () => ({ terms: { ce: tf.zeros([2]) } }),
      'the terms it gives weights for (ce, kd), received ce',
    ],
    [
      'a misspelt term',
      () => ({ terms: { ce: tf.zeros([2]), dk: tf.zeros([2]) } }),
      'Is "dk" the term of the weight "kd"?',
    ],
    ['a number', () => ({ terms: { ...good(), kd: 3 } }), `${EXPECTED}, received 3.`],
    ['a mean', () => ({ terms: { ...good(), kd: tf.scalar(1) } }), `${EXPECTED}, received [] float32.`],
    [
      'a row too many',
      () => ({ terms: { ...good(), kd: tf.zeros([3]) } }),
      `${EXPECTED}, received [3] float32.`,
    ],
    [
      'integers',
      () => ({ terms: { ...good(), kd: tf.zeros([2], 'int32') } }),
      `${EXPECTED}, received [2] int32. Cast it to float32.`,
    ],
    [
      'unknown state',
      () => ({ terms: good(), state: { bnk: tf.zeros([3, 2]) } }),
      'expected state it prepared (bank), received "bnk"',
    ],
    [
      'inherited state',
      () => ({ terms: good(), state: { toString: tf.zeros([3, 2]) } }),
      'expected state it prepared (bank), received "toString"',
    ],
    [
      'state of another shape',
      () => ({ terms: good(), state: { bank: tf.zeros([2, 3]) } }),
      'state "bank" of shape [3, 2] float32, received [2, 3] float32',
    ],
    [
      'state of another type',
      () => ({ terms: good(), state: { bank: tf.zeros([3, 2], 'int32') } }),
      'float32, received [3, 2] int32',
    ],
  ])('refuses %s', (_, result, message) => {
    tf.tidy(() => {
      const given = result()
      expect(() => {
        check(given)
      }).toThrow(
        expect.objectContaining({ code: 'UMBRA_TERMS', message: expect.stringContaining(message) as string }),
      )
    })
  })
})
