import { randomStream } from '@umbra/core'
import { mean, quantileSorted } from 'simple-statistics'
import type { Interval } from './statement.js'

/** Samples are drawn in blocks: as good for means, and far fewer draws. */
const BLOCKS = 500
const DRAWS = 1000

export interface Resampling {
  /** Value of each thing that is compared, given blocks chosen with replacement and one training of each. */
  readonly things: readonly (readonly Float64Array[])[]
  readonly statistic: (values: readonly number[]) => number
  /** Things of one group are of one network: the same training is drawn for all of them. Each its own when left out. */
  readonly groups?: readonly number[]
  readonly seed?: number
}

/**
 * A statistic of means over samples, with its 95 % percentile interval. Each thing has one array of samples for each of its
 * trainings; all arrays are of the same samples in the same order, which are drawn together, and so is one training of each thing.
 */
export function bootstrap({ things, statistic, groups, seed = 0 }: Resampling): Interval {
  const blocked = things.map((trainings) => trainings.map(blocksOf))
  const value = statistic(blocked.map((trainings) => mean(trainings.map((own) => meanOver(own)))))
  const blocks = blocked[0]?.[0]?.sums.length ?? 0
  if (blocks < 2) return { value }
  const stream = randomStream(seed, 'bootstrap')
  let counter = 0
  const draws: number[] = []
  for (let draw = 0; draw < DRAWS; draw++) {
    const picks = blocked.map(() => stream.uniform(counter++))
    const times = new Uint16Array(blocks)
    for (let i = 0; i < blocks; i++) times[stream.integer(counter++, blocks)]! += 1
    const values = blocked.map((trainings, k) => {
      const pick = Math.floor(picks[groups?.[k] ?? k]! * trainings.length)
      return meanOver(trainings[pick]!, times)
    })
    draws.push(statistic(values))
  }
  return withInterval(value, draws)
}

/** Percentile interval of draws. */
export function withInterval(value: number, draws: readonly number[]): Interval {
  const finite = draws.filter(Number.isFinite).sort((a, b) => a - b)
  if (finite.length < draws.length / 2) return { value }
  return { value, low: quantileSorted(finite, 0.025), high: quantileSorted(finite, 0.975) }
}

interface Blocks {
  readonly sums: Float64Array
  readonly counts: Float64Array
}

/** Sums over every 500th sample, so that each block has samples from everywhere. What is not a number is left out. */
function blocksOf(values: Float64Array): Blocks {
  const blocks = Math.min(BLOCKS, values.length)
  const [sums, counts] = [new Float64Array(blocks), new Float64Array(blocks)]
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return
    sums[i % blocks]! += value
    counts[i % blocks]! += 1
  })
  return { sums, counts }
}

/** Mean of the samples of blocks, each taken so many times. */
function meanOver({ sums, counts }: Blocks, times?: Uint16Array): number {
  let [sum, count] = [0, 0]
  for (let block = 0; block < sums.length; block++) {
    const often = times?.[block] ?? 1
    sum += often * sums[block]!
    count += often * counts[block]!
  }
  return sum / count
}
