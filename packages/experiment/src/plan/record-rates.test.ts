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

test('the pace of a stage that ran from its beginning is its time over its work, by the real clock', () => {
  const paces = new Map<number, number>()
  const stages = [stage('whole', 4, 1), stage('resumed', 4, 2), stage('cached', 4, 3), stage('idle', 0, 4)]
  const listen = recordRates(stages, { set: ({ batch }, pace) => void paces.set(batch, pace) }, () => now)
  let now = 0
  const start = (name: string, done: number) =>
    listen({ type: 'stage-start', stage: name, title: name, arms: ['ce'], steps: 10, done })
  const end = (name: string, cached = false) => {
    now += 6000
    // What a run says of its time may come from a plugin's clock.
    listen({ type: 'stage-end', stage: name, seconds: NaN, cached })
  }
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

test.each([0, -1000, NaN, Infinity])('a stage that took %s milliseconds has no pace', (took) => {
  let now = 0
  const paces: number[] = []
  const listen = recordRates([stage('s', 4, 1)], { set: (_, pace) => void paces.push(pace) }, () => now)
  listen({ type: 'stage-start', stage: 's', title: 's', arms: ['ce'], steps: 10, done: 0 })
  now += took
  listen({ type: 'stage-end', stage: 's', seconds: 6, cached: false })
  expect(paces).toEqual([])
})
