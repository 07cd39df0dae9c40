import { describe, expect, test } from 'vitest'
import { losses } from './describe-progress.js'

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
