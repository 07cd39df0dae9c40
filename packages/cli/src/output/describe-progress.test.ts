import { describe, expect, test } from 'vitest'
import { epochLines, losses } from './describe-progress.js'

const metrics = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`m${i}-s0`, { loss: i + 0.25, terms: {}, accuracy: 0 }]),
  )

describe('losses', () => {
  test('names every arm without its seed while they fit a line', () => {
    expect(losses(metrics(2))).toBe('m0 0.250  m1 1.250')
  })

  test('of many arms names the first and counts the others', () => {
    const line = losses(metrics(41))
    expect(line.endsWith('m7 7.250  and 33 more')).toBe(true)
    expect(line).not.toContain('m8')
  })
})

test('an epoch: evaluations, those of averages, and who was ended', () => {
  const common = { stage: 'seed-0', epoch: 1 }
  const evaluated = (type: 'evaluated' | 'average-evaluated', arm: string, top1: number) => ({
    ...common,
    ...{ type, arm, set: 'validation' as const },
    result: { top1, top5: 1, loss: 1, samples: 10 },
  })
  expect(
    epochLines([
      evaluated('evaluated', 'ce-s0', 0.5),
      evaluated('average-evaluated', 'ce-s0', 0.625),
      { ...common, type: 'arm-stopped', arm: 'ce-s0', reason: 'enough' },
      evaluated('evaluated', 'kd-s0', 0.75),
    ]),
  ).toEqual([
    'epoch 2  validation top-1  ce 50.00 %  kd 75.00 %',
    'epoch 2  validation top-1 of the average  ce 62.50 %',
    'ce-s0 ended after epoch 2: enough',
  ])
  expect(epochLines([])).toEqual([])
})
