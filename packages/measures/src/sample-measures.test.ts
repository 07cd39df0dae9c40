import { difference } from '@umbra/testing'
import { expect, it } from 'vitest'
import { tableOf } from '../test/table-of.js'
import { TEMPERATURE_AXIS } from './dark-knowledge.js'
import { sampleMeasures } from './sample-measures.js'

const expectClose = (actual: readonly number[], expected: readonly number[]) =>
  expect(difference(actual, expected, { relative: 1e-8, absolute: 1e-10 })).toBeUndefined()

it('v(q) = (1 - p_y)^2 v(q~), also where p_y rounds to 1 and at the lowest temperature of the axis', () => {
  const table = tableOf(
    [
      [60, 1, 0, -1],
      [-3, 2, 5, 60],
      [1, 2, 3, 4],
    ],
    [0, 3, 1],
  )
  for (const T of TEMPERATURE_AXIS) {
    const m = sampleMeasures(table, T)
    for (const i of [0, 1, 2]) {
      const rest = m.derivedAverage[i]! * 3
      expectClose([m.derivedVariance[i]!], [rest * rest * m.inherentVariance[i]!])
      expect(m.inherentVariance[i]!).toBeGreaterThan(0)
      expect(m.trueProbability[i]! + rest).toBeCloseTo(1, 12)
    }
  }
  expect(sampleMeasures(table, 1).derivedAverage[0]!).toBeGreaterThan(0)
  expect(TEMPERATURE_AXIS).toHaveLength(24)
})
