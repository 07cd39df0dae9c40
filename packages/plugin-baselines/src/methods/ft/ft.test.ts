import { entryOf, tf } from '@umbra/core'
import { noParts } from '@umbra/core/testing'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { describePublished } from '../../../test/describe-published.js'
import { describeStageMethod, stageShapes, stageTerms } from '../../../test/stage-networks.js'
import { ftGolden } from './ft.golden.js'
import { ft } from './ft.js'

beforeAll(useCpuBackend)

const create = () => ft.objective(ft.options.parse({ studentTap: 'b', teacherTap: 'b' }), noParts)

describePublished(ftGolden)
describeStageMethod('ft', create)

it('has two stages', () => {
  expect(ft.objective(ft.options.parse({ initEpochs: 2 }), noParts).weights).toMatchObject({
    reconstruction: { values: [1, 0] },
    ft: { values: [0, 200] },
  })
})

it('the factor term leaves the paraphraser alone', () => {
  tf.tidy(() => {
    const objective = create()
    const { variables = {} } = objective.prepare?.(stageShapes, 3, { teachers: [] }) ?? {}
    const gradient = (name: string): number | undefined => {
      const by = tf.grad((x: tf.Tensor) => {
        const terms = stageTerms(objective, { variables: { ...variables, [name]: x } })
        const rest = tf.mul(tf.mean(entryOf(terms, 'reconstruction')), 0)
        return tf.add(tf.mean(entryOf(terms, 'ft')), rest)
      })(entryOf(variables, name))
      return tf.max(tf.abs(by)).dataSync()[0]
    }
    expect(gradient('encode2Kernel')).toBe(0)
    expect(gradient('translate2Kernel')).toBeGreaterThan(0)
  })
})
