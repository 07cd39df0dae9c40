import { expect, it } from 'vitest'
import { wholePart } from './whole-part.js'

it('is the floor of a share, and an error where that is nothing', () => {
  expect(wholePart('factor', 10, 1 / 3, 'channels')).toBe(3)
  expect(wholePart('factor', 4, 1 / 4, 'channels')).toBe(1)
  expect(() => wholePart('option "factor" of method "simkd"', 4, 1 / 5, 'channels')).toThrow(
    expect.objectContaining({
      code: 'UMBRA_TAP_SHAPE',
      message: expect.stringMatching(/"factor" .* at least one of the 4 channels, received 0\.80/) as string,
    }),
  )
})
