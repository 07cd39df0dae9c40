import { expect, it } from 'vitest'
import { toyPlan } from '../../test/toy-plan.js'
import { plannedSearches, trialArms } from './planned-search.js'

it('puts the options of a candidate in their place, also inside a part of a sum', () => {
  const of = [{ id: 'plain' }, { id: 'imitate' }]
  const plan = toyPlan(60, {
    methods: [{ of, search: { 'imitate.weight': [1, 30] } }],
    validation: { count: 5 },
  })
  const options = plannedSearches(plan.config).flatMap((search) =>
    search.candidates.flatMap((candidate) =>
      trialArms(search, candidate, 1, plan).map((arm) => arm.method.options),
    ),
  )
  expect(options).toMatchObject([{ imitate: { weight: 1 } }, { imitate: { weight: 30 } }])
})
