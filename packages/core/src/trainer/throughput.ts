/** Speed of a stage and the time left, from the steps of this session only. */
export interface Pace {
  readonly imagesPerSecond: number
  /** NaN after the very first steps, which are many times as slow as the others, unless none is left. */
  readonly secondsLeft: number
}

/** Estimates from a window of recent steps, so that one slow evaluation does not spoil the figure for long. */
export function createThroughput(
  now: () => number,
  window = 30,
): {
  readonly tick: () => void
  readonly read: (images: number, stepsLeft: number) => Pace
  readonly pause: () => void
} {
  let durations: number[] = []
  let mark = now()
  return {
    tick: () => {
      const time = now()
      durations = [...durations, time - mark].slice(-window)
      mark = time
    },
    pause: () => {
      mark = now()
    },
    read: (images, stepsLeft) => {
      const steady = durations.length > 3 ? durations.slice(1) : durations
      const mean = steady.reduce((a, b) => a + b, 0) / Math.max(1, steady.length) / 1000
      const estimable = durations.length > 3 || stepsLeft === 0
      return {
        imagesPerSecond: mean > 0 ? images / mean : 0,
        secondsLeft: estimable ? mean * stepsLeft : NaN,
      }
    },
  }
}
