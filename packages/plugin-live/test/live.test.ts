import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createLive } from '../src/curves/live.js'
import type { Point } from '../src/curves/point.js'
import { started, step } from './events.js'
import { temporaryFolder } from './temporary.js'

const clock = (): number => 1000
const pointsIn = (file: string): Point[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Point)
const newFile = (): string => join(temporaryFolder(), 'metrics', 'steps.jsonl')

it('writes a line a step: six digits, null for values that are not finite', async () => {
  const file = newFile()
  const sink = createLive(file, { clock })
  await sink.event(started())
  await sink.event(step(10, { 'ce-s0': 1 / 3, 'kd-s0': Infinity }))
  expect(pointsIn(file)).toEqual([
    {
      time: 1000,
      stage: 'seed-0',
      step: 10,
      steps: 100,
      epochs: 10,
      imagesPerSecond: 640,
      secondsLeft: 90,
      arms: {
        'ce-s0': { loss: 0.333333, accuracy: 0.666667, terms: { ce: 0.166667 } },
        'kd-s0': { loss: null, accuracy: null, terms: { ce: null } },
      },
    },
  ])
})

it('keeps a bounded number of points a stage: means of equally many steps, the last step of each', async () => {
  const file = newFile()
  const sink = createLive(file, { limit: 4, clock })
  await sink.event(started())
  for (let n = 1; n <= 14; n++) await sink.event(step(n, { 'ce-s0': n / 16 }))
  await sink.event(step(1, { 'ce-s1': 0.5 }, 'seed-1'))
  await sink.close()
  const means = pointsIn(file).map(({ stage, step, arms }) => [stage, step, Object.values(arms)[0]!.loss])
  expect(means).toEqual([
    ['seed-0', 4, 2.5 / 16],
    ['seed-0', 8, 6.5 / 16],
    ['seed-0', 12, 10.5 / 16],
    ['seed-1', 1, 0.5],
    ['seed-0', 14, 13.5 / 16],
  ])
})

it('goes on after a kill: nothing twice, half a line is repaired, other stages stay', async () => {
  const file = newFile()
  const first = createLive(file, { clock })
  for (const event of [started(), step(10), step(20)]) await first.event(event)
  await first.event(step(5, { 'ce-s1': 0.5 }, 'seed-1'))
  writeFileSync(file, readFileSync(file, 'utf8') + '{"time":1000,"sta')

  const second = createLive(file, { clock })
  for (const event of [started(10), step(15), step(20)]) await second.event(event)
  expect(pointsIn(file).map(({ stage, step }) => [stage, step])).toEqual([
    ['seed-0', 10],
    ['seed-1', 5],
    ['seed-0', 15],
    ['seed-0', 20],
  ])
})

it('an arm that is added later starts at its own first step and leaves the others their curves', async () => {
  const file = newFile()
  const first = createLive(file, { clock })
  for (const event of [started(0, 'seed-0', ['ce-s0']), step(10), step(20)]) await first.event(event)
  const second = createLive(file, { clock })
  await second.event(started(0, 'seed-0', ['kd-s0']))
  await second.event(step(10, { 'kd-s0': 0.25 }))
  expect(pointsIn(file).map(({ step, arms }) => [step, Object.keys(arms)])).toEqual([
    [10, ['ce-s0']],
    [20, ['ce-s0']],
    [10, ['kd-s0']],
  ])
})

it('passes over what it does not know and makes no file for it', async () => {
  const file = newFile()
  const sink = createLive(file, { clock })
  await sink.event({ type: 'worker-lost' } as never)
  await sink.close()
  expect(existsSync(file)).toBe(false)
})

it('keeps no more of a file that no run wrote than of one that a run wrote', async () => {
  const file = newFile()
  const sink = createLive(file, { limit: 4, clock })
  for (const event of [started(), step(1)]) await sink.event(event)
  const line = readFileSync(file, 'utf8')
  writeFileSync(file, `${line.repeat(1000)}null\n{"stage":"seed-0","arms":{"kd-s0":null}}\n`)
  const again = createLive(file, { limit: 4, clock })
  await again.event(started(50))
  expect(pointsIn(file).map((point) => point.step)).toEqual([1, 1, 1, 1])
})
