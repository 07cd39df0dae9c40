import { expect, it } from 'vitest'
import { tableOf } from '../test/table-of.js'
import { tableCalibration } from './table-calibration.js'

it('a tie is no right answer', () => {
  expect(
    tableCalibration(
      tableOf(
        [
          [1, 1, 0],
          [2, 1, 0],
        ],
        [0, 0],
      ),
    ).accuracy,
  ).toBe(0.5)
})
