import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { CORE_OPTIMISERS } from '../optim/core-optimisers.js'
import { CORE_SCHEDULES } from '../optim/core-schedules.js'
import { checkOptimiser } from '../testing/conformance/kinds/check-optimiser.js'
import { checkSchedule } from '../testing/conformance/kinds/check-schedule.js'
import type { Verdict } from '../testing/conformance/verdict.js'
import { assemble } from './registry.js'

beforeAll(useCpuBackend)

const { lookup } = assemble([]).recipes
const failures = (verdicts: readonly Verdict[]): Verdict[] =>
  verdicts.filter(({ status }) => status === 'failed')

it.each(
  CORE_OPTIMISERS.flatMap((definition) =>
    [{}, { weightDecay: 0.1 }, ...(definition.id === 'sgd' ? [{ momentum: 0 }, { nesterov: true }] : [])].map(
      (options) => ({ id: definition.id, options, definition }),
    ),
  ),
)('optimiser $id keeps the laws of its kind with $options', ({ definition, options }) => {
  expect(failures(checkOptimiser(definition, options, lookup))).toEqual([])
})

it.each(CORE_SCHEDULES)('schedule $id keeps the laws of its kind', (definition) => {
  const more = definition.id === 'multi-step' ? { milestones: [2, 60] } : {}
  for (const options of [more, { ...more, warmUp: 3 }])
    expect(failures(checkSchedule(definition, options))).toEqual([])
})
