import { tf } from '@umbra/core'
import { useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { median64 } from '../../../test/median64.js'
import { median } from './median.js'

beforeAll(useCpuBackend)

describe('median', () => {
  it('is the middle value or the mean of the two middle ones', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 9 }), (values) => {
        expect(tf.tidy(() => median(tf.tensor1d(values, 'float32')).dataSync()[0])).toBe(median64(values))
      }),
    )
  })
})
