import { describe, expect, it } from 'vitest'
import type { FeedContext, Objective } from '../contracts/objective.js'
import { randomStream } from '../random/stream.js'
import type { NewArm } from './arm.js'
import { feedsOf } from './feeds-of.js'

const context: FeedContext = {
  ...{ ids: Int32Array.of(0), labels: Int32Array.of(1), allLabels: Int32Array.of(1), step: 1 },
  stream: randomStream(0, 'feeds'),
}
const arm = (feeds?: () => unknown): NewArm => {
  const objective = { weights: { ce: 1 }, ...(feeds === undefined ? {} : { feeds }) } as unknown as Objective
  return { method: 'own', objective } as unknown as NewArm
}

describe('feedsOf', () => {
  it('gives what was drawn', () => {
    const noise = { shape: [1, 2], data: Float32Array.of(1, 2) }
    expect(feedsOf(arm(), context)).toEqual({})
    expect(feedsOf(arm(() => ({ noise })), context)).toEqual({ noise }) // prettier-ignore
  })

  it.each<[string, unknown, string]>([
    ['nothing', undefined, '`feeds` of method "own": expected feeds by name, received nothing.'],
    [
      'a feed of nothing',
      { noise: undefined },
      'feed "noise" of method "own": expected a `shape` and its `data`, received nothing.',
    ],
    [
      'no shape',
      { noise: { data: Float32Array.of(1) } },
      'feed "noise" of method "own": expected a `shape` of integers, received nothing.',
    ],
    [
      'doubles',
      { noise: { shape: [1], data: [1] } },
      'feed "noise" of method "own": expected `data` in an Int32Array or a Float32Array, received an array.',
    ],
    [
      'too few values',
      { noise: { shape: [2, 2], data: Float32Array.of(1) } },
      'feed "noise" of method "own": expected 4 values, for its shape [2, 2], received 1.',
    ],
  ])('refuses %s', (_, feeds, message) => {
    expect(() =>
      feedsOf(
        arm(() => feeds),
        context,
      ),
    ).toThrow(
      // prettier-ignore
      expect.objectContaining({ code: 'UMBRA_TERMS', message }),
    )
  })

  it('keeps the cause of what the method threw', () => {
    const cause = new RangeError('no negatives')
    const throwing = arm(() => {
      throw cause
    })
    expect(() => feedsOf(throwing, context)).toThrow(
      expect.objectContaining({
        ...{ code: 'UMBRA_METHOD', cause },
        message: '`feeds` of method "own" threw RangeError: no negatives.',
      }),
    )
  })
})
