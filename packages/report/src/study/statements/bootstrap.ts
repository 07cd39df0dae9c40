import { randomStream } from '@umbra/core'
import { mean, quantileSorted } from 'simple-statistics'
import type { Interval } from './statement.js'

/** Samples are drawn in blocks: as good for means, with far fewer draws. */
const BLOCKS = 500
const DRAWS = 1000

export interface Resampling {
  /** The quantities compared, each with one array of samples per training of its network. */
  readonly quantities: readonly (readonly Float64Array[])[]
  /** Computed from the mean of each quantity. */
  readonly statistic: (values: readonly number[]) => number
  /** Quantities of one group belong to one network and share the training drawn. Without it, each is a group of its own. */
  readonly groups?: readonly number[]
  readonly seed?: number
}

/**
 * A statistic of means over samples, with its 95 % percentile interval. All arrays hold the same samples in the same order.
 * Each draw takes blocks of samples with replacement, the same for all quantities, and one training of each network.
 */
export function bootstrap({ quantities, statistic, groups, seed = 0 }: Resampling): Interval {
  const blocked = quantities.map((trainings) => trainings.map(blocksOf))
  const value = statistic(blocked.map((trainings) => mean(trainings.map((training) => meanOver(training)))))
  const blocks = blocked[0]?.[0]?.sums.length ?? 0
  if (blocks < 2) return { value }
  const stream = randomStream(seed, 'bootstrap')
  let counter = 0
  const draws: number[] = []
  // Indices stay within: `integer` gives less than `blocks`, a pick is less than 1, and groups number entries of `quantities`.
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

/** Sums over every 500th sample, so that each block has samples from the whole set. Leaves out what is not finite. */
function blocksOf(values: Float64Array): Blocks {
  const blocks = Math.min(BLOCKS, values.length)
  const [sums, counts] = [new Float64Array(blocks), new Float64Array(blocks)]
  // `i % blocks` is a block.
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return
    sums[i % blocks]! += value
    counts[i % blocks]! += 1
  })
  return { sums, counts }
}

/** Mean of the samples of all blocks, block b counted `times[b]` times (once by default). */
function meanOver({ sums, counts }: Blocks, times?: Uint16Array): number {
  let [sum, count] = [0, 0]
  // Sums, counts and times have one entry per block.
  for (let block = 0; block < sums.length; block++) {
    const weight = times?.[block] ?? 1
    sum += weight * sums[block]!
    count += weight * counts[block]!
  }
  return sum / count
}
