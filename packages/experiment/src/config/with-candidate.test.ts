import { expect, it } from 'vitest'
import { withCandidate } from './with-candidate.js'

it('puts values in their place, also inside a part of a sum', () => {
  const options = { temperature: 4, fitnet: { weight: 100, hintEpochs: 0 } }
  expect(withCandidate(options, { temperature: 2, 'fitnet.weight': 50, 'kd.temperature': 1 })).toEqual({
    temperature: 2,
    fitnet: { weight: 50, hintEpochs: 0 },
    kd: { temperature: 1 },
  })
  expect(options.fitnet.weight).toBe(100)
})
