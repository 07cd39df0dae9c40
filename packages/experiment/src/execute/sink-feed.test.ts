import { describe, expect, it } from 'vitest'
import type { RunEvent } from '@umbra/core'
import { createSinkFeed } from './sink-feed.js'

const notice = (text: string): RunEvent => ({ type: 'notice', text })
const step = (n: number): RunEvent => ({
  type: 'step',
  stage: 's',
  step: n,
  steps: 100,
  epoch: 0,
  epochs: 1,
  imagesPerSecond: 1,
  secondsLeft: 1,
  metrics: {},
})
const nameOf = (event: RunEvent): string =>
  event.type === 'notice' ? event.text : event.type === 'step' ? `step ${event.step}` : event.type
const turn = (): Promise<void> => new Promise(setImmediate)

describe('createSinkFeed', () => {
  it('tells events in order, one at a time, flushes after checkpoints and stages, and closes after all of them', async () => {
    const seen: string[] = []
    let busy = 0
    const feed = createSinkFeed({
      report: (problem) => seen.push(problem),
      open: async () => {
        await turn()
        return {
          event: async (event) => {
            expect(busy++).toBe(0)
            await turn()
            busy--
            seen.push(nameOf(event))
          },
          flush: () => void seen.push('flush'),
          close: () => void seen.push('close'),
        }
      },
    })
    feed.tell(notice('a'))
    feed.tell({ type: 'checkpoint', stage: 's', step: 1 })
    await turn()
    feed.tell(notice('b'))
    feed.tell({ type: 'stage-end', stage: 's', seconds: 1, cached: false })
    await feed.close()
    feed.tell(notice('too late'))
    await turn()
    expect(seen).toEqual(['a', 'checkpoint', 'flush', 'b', 'stage-end', 'flush', 'close'])
  })

  it.each<[string, () => Promise<void>]>([
    ['throws', () => Promise.reject(new Error('no place'))],
    [
      'throws at once',
      () => {
        throw new Error('no place')
      },
    ],
  ])('reports a sink once that %s, lets it close and tells it nothing more', async (_, event) => {
    const problems: string[] = []
    let events = 0
    let closed = 0
    const feed = createSinkFeed({
      report: (problem) => problems.push(problem),
      open: () => ({
        event: () => {
          events++
          return event()
        },
        close: () => {
          closed++
        },
      }),
    })
    feed.tell(notice('a'))
    feed.tell(notice('b'))
    await turn()
    feed.tell(notice('c'))
    await feed.close()
    expect({ problems, events, closed }).toEqual({
      problems: ['failed and was dropped: event "notice" threw Error: no place'],
      events: 1,
      closed: 1,
    })
  })

  it('reports a sink once that cannot be opened', async () => {
    const problems: string[] = []
    const feed = createSinkFeed({
      report: (problem) => problems.push(problem),
      open: () => {
        throw new Error('no server')
      },
    })
    feed.tell(notice('a'))
    await feed.close()
    expect(problems).toEqual(['failed and was dropped: open threw Error: no server'])
  })

  it('skips the oldest steps of a slow sink, nothing else, and says how many', async () => {
    const seen: string[] = []
    const problems: string[] = []
    let open: () => void = () => undefined
    const gate = new Promise<void>((resolve) => (open = resolve))
    const feed = createSinkFeed({
      capacity: 3,
      report: (problem) => problems.push(problem),
      open: async () => {
        await gate
        return { event: (event) => void seen.push(nameOf(event)), close: () => undefined }
      },
    })
    for (const event of [notice('a'), step(1), step(2), step(3), notice('b')]) feed.tell(event)
    open()
    await feed.close()
    expect(seen).toEqual(['a', 'step 3', 'b'])
    expect(problems).toEqual(['was too slow and missed 2 steps'])
  })

  it('drops a sink that cannot take in even what may not be skipped', async () => {
    const problems: string[] = []
    const feed = createSinkFeed({
      capacity: 2,
      report: (problem) => problems.push(problem),
      open: () => new Promise(() => undefined),
    })
    for (const text of ['a', 'b', 'c', 'd']) feed.tell(notice(text))
    await feed.close()
    expect(problems).toEqual(['failed and was dropped: it is too slow: 2 events are waiting'])
  })

  it('does not wait for ever for one that never closes', async () => {
    const problems: string[] = []
    const feed = createSinkFeed({
      patience: 20,
      report: (problem) => problems.push(problem),
      open: () => ({ event: () => undefined, close: () => new Promise(() => undefined) }),
    })
    feed.tell(notice('a'))
    await feed.close()
    expect(problems).toEqual(['failed and was dropped: it did not close within 0.02 s'])
  })
})
