import { tf } from '@umbra/core'
import { it } from 'vitest'
import { featureObjective } from './feature-objective.js'

const options = { ceWeight: 1, kdWeight: 0, temperature: 4, studentTaps: ['stage1'], teacherTaps: ['stage1'] }
const term = (): tf.Tensor1D => tf.zeros([3])

it('compiles where every term has a weight', () => {
  featureObjective(options, { weights: { hint: 1, flow: 2 }, terms: () => ({ hint: term(), flow: term() }) })
})

it('does not compile with a term that has no weight', () => {
  featureObjective(options, {
    // @ts-expect-error The weight of `flow` is missing.
    weights: { hint: 1 },
    terms: () => ({ hint: term(), flow: term() }),
  })
})

it('does not compile with a weight that has no term', () => {
  featureObjective(options, {
    weights: { hint: 1, flow: 2 },
    // @ts-expect-error The term `flow` is missing.
    terms: () => ({ hint: term() }),
  })
})
