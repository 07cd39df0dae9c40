import { assertAllConform, conformanceSubjects } from '@umbra/core/testing'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, it } from 'vitest'
import { training } from './plugin.js'

beforeAll(useCpuBackend)

it.each(conformanceSubjects(training))('%s keeps the laws of its kind', async (only) => {
  await assertAllConform(training, {
    only,
    cases: {
      'optimiser/rmsprop': [{ options: { momentum: 0.9, centred: true, weightDecay: 0.01 } }],
      'optimiser/lamb': [{ options: { weightDecay: 0 } }],
      'optimiser/lookahead': [{ options: { every: 2, inner: { kind: 'sgd', momentum: 0.5 } } }],
      'schedule/step': [{ options: { every: 2.5, warmUp: 3 } }],
      'schedule/one-cycle': [{ options: { rise: 1 } }, { options: { rise: 0, shape: 'linear' } }],
      'schedule/warm-restarts': [{ options: { factor: 1, period: 0.7, to: 0.01 } }],
    },
  })
})
