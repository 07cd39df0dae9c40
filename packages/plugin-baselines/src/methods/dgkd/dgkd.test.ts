import { type Objective, entryOf, tf } from '@umbra/core'
import { evaluateTerms, noParts } from '@umbra/core/testing'
import { difference, useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { feedContext } from '../../../test/feed-context.js'
import { dgkd } from './dgkd.js'

beforeAll(useCpuBackend)

const options = dgkd.options.parse({ assistants: ['a', 'b'], temperature: 1 })
const objective = dgkd.objective(options, noParts)

/** 1 for each guide that teaches at a step. */
const keptAt = ({ feeds }: Objective, step: number): number[] => [
  ...(feeds?.(feedContext(step)).kept?.data ?? []),
]

it('leaves out one guide a step, every one of them at some step, and the same one when asked again', () => {
  const draws = Array.from({ length: 40 }, (_, step) => keptAt(objective, step))
  for (const draw of draws) expect([...draw].sort()).toEqual([0, 1, 1])
  expect(new Set(draws.map((draw) => draw.indexOf(0))).size).toBe(3)
  expect(keptAt(objective, 7)).toEqual(keptAt(objective, 7))
})

it('sums the divergence from the guides that stay', () => {
  tf.tidy(() => {
    const outputs = (seed: number) => ({
      logits: tf.randomNormal<tf.Rank.R2>([2, 4], 0, 2, 'float32', seed),
      taps: {},
    })
    const kdOf = (...kept: number[]): number[] => {
      const { terms } = evaluateTerms(objective, {
        student: outputs(1),
        teachers: [2, 3, 4].map(outputs),
        labels: tf.tensor1d([0, 1], 'int32'),
        batch: { feeds: { kept: tf.tensor1d(kept) } },
      })
      return [...entryOf(terms, 'kd').dataSync()]
    }
    const [a, b, c] = [kdOf(1, 0, 0), kdOf(0, 1, 0), kdOf(0, 0, 1)]
    expect(a).not.toEqual(b)
    expect(a).not.toEqual(c)
    const both = a.map((value, i) => value + (c[i] ?? Number.NaN))
    expect(difference(kdOf(1, 0, 1), both, { relative: 1e-5, absolute: 1e-6 })).toBeUndefined()
  })
})

it('lets each assistant learn from all before it, and keeps the last guide', () => {
  const assistants = dgkd.assistants?.(options, { id: 's', options: {} }) ?? []
  expect(assistants.map(({ teachers }) => teachers)).toEqual(['all', 'all'])
  const kept = assistants.map((assistant) => keptAt(assistant.objective, 0))
  expect(kept.map((draw) => draw.length)).toEqual([1, 2])
  expect(kept[0]).toEqual([1])
})

it('refuses to leave out every guide', () => {
  const parse = (drop: number) => dgkd.options.safeParse({ assistants: ['a', 'b'], drop }).success
  expect([0, 2, 3].map(parse)).toEqual([true, true, false])
})
