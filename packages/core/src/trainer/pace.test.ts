import { describe, expect, it } from 'vitest'
import { createPace } from './pace.js'

describe('createPace', () => {
  it('measures steps and leaves pauses out', () => {
    let time = 0
    const pace = createPace(() => time)
    for (let step = 0; step < 5; step++) {
      pace.pause()
      time += 500
      pace.tick()
      // An evaluation between steps.
      time += 60_000
    }
    expect(pace.read(128, 10)).toEqual({ imagesPerSecond: 256, secondsLeft: 5 })
  })

  it('says nothing before the first step', () => {
    expect(createPace(() => 0).read(128, 10)).toEqual({ imagesPerSecond: 0, secondsLeft: 0 })
  })
})
