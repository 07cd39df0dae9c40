import { tf } from '@umbra/core'
import { noParts } from '@umbra/core/testing'
import { tinyModel, useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import { describeStageMethod, stageShapes } from '../../../test/stage-networks.js'
import { marginsFrom } from './bn-margins.js'
import { ofdGolden } from './ofd.golden.js'
import { ofd } from './ofd.js'

beforeAll(useCpuBackend)

const create = (options: object = {}) =>
  ofd.objective(ofd.options.parse({ studentTaps: ['a'], teacherTaps: ['conv'], ...options }), noParts)

describePublished(ofdGolden)
describeStageMethod('ofd', () => create({ teacherNorms: ['bn'] }))

it.each([
  { options: {}, code: 'UMBRA_TAP_SHAPE' },
  { options: { teacherNorms: ['bn'] }, code: 'UMBRA_TAP_UNKNOWN' },
])('refuses a teacher without batch normalisation: $options', ({ options, code }) => {
  const objective = create(options)
  const teacher = tinyModel({ filters: 4, batchNorm: false })
  tf.tidy(() => {
    const prepare = () => objective.prepare?.(stageShapes, 3, { teachers: [teacher] })
    expect(prepare).toThrow(expect.objectContaining({ code }))
  })
  teacher.dispose()
})

it('margins are the mean of what is negative', () => {
  tf.tidy(() => {
    // A standard normal: -sqrt(2 / pi). A positive shift of 4 deviations: the rule for rare negatives.
    const margins = marginsFrom(tf.tensor1d([1, -2, 1]), tf.tensor1d([0, 0, 4])).dataSync()
    expect(margins[0]).toBeCloseTo(-Math.sqrt(2 / Math.PI), 5)
    expect(margins[1]).toBeCloseTo(-2 * Math.sqrt(2 / Math.PI), 5)
    expect(margins[2]).toBe(-3)
  })
})
