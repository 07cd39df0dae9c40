import { expect, test } from 'vitest'
import type { RateKey } from '../store/rates.js'
import { recordRates } from './record-rates.js'
import type { TimedStage } from './stages.js'

const rateKey = (batch: number): RateKey => ({
  ...{ student: { id: 'toy', options: {} }, teachers: [], shape: [6, 6, 1], threads: 1, processes: 1, batch },
})
const stage = (name: string, work: number, batch: number): TimedStage => ({
  stage: { stage: name, title: name, epochs: 1, steps: 10, arms: ['ce'], work },
  rateKey: rateKey(batch),
})

test('the pace of a stage that ran from its beginning is its time over its work', () => {
  const paces = new Map<number, number>()
  const stages = [stage('whole', 4, 1), stage('resumed', 4, 2), stage('cached', 4, 3), stage('idle', 0, 4)]
  const listen = recordRates(stages, { set: ({ batch }, pace) => void paces.set(batch, pace) })
  const start = (name: string, done: number) =>
    listen({ type: 'stage-start', stage: name, title: name, arms: ['ce'], steps: 10, done })
  const end = (name: string, cached = false) => listen({ type: 'stage-end', stage: name, seconds: 6, cached })
  start('whole', 0)
  end('whole')
  start('resumed', 5)
  end('resumed')
  end('cached', true)
  start('idle', 0)
  end('idle')
  start('of another plan', 0)
  end('of another plan')
  expect([...paces]).toEqual([[1, 1.5]])
})
