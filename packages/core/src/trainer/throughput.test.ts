import { describe, expect, it } from 'vitest'
import { createThroughput } from './throughput.js'

describe('createPace', () => {
  it('measures steps and leaves pauses out', () => {
    let time = 0
    const pace = createThroughput(() => time)
    for (let step = 0; step < 5; step++) {
      pace.pause()
      time += 500
      pace.tick()
      // An evaluation between steps.
      time += 60_000
    }
    expect(pace.read(128, 10)).toEqual({ imagesPerSecond: 256, secondsLeft: 5 })
  })

  it('leaves the slow first step out, and says no time left before there are others', () => {
    let time = 0
    const pace = createThroughput(() => time)
    expect(pace.read(128, 10)).toEqual({ imagesPerSecond: 0, secondsLeft: NaN })
    for (const [taken, left] of [
      [9000, NaN],
      [500, NaN],
      [500, NaN],
      [500, 5],
    ] as const) {
      time += taken
      pace.tick()
      expect(pace.read(128, 10).secondsLeft).toBe(left)
    }
  })

  it('nothing is left after the last step, also of a run of one step', () => {
    let time = 0
    const pace = createThroughput(() => time)
    time += 500
    pace.tick()
    expect(pace.read(128, 0)).toEqual({ imagesPerSecond: 256, secondsLeft: 0 })
  })
})
