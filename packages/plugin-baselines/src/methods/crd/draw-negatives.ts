import type { FeedContext } from '@umbra/core'

/**
 * How often each sample of the training set is a negative of each sample of the batch, `[batch, samples]`.
 *
 * Negatives are of other classes only; each row sums to `negatives`. They are drawn without replacement while the other
 * classes have enough samples, with replacement otherwise.
 */
export function drawNegatives(
  { labels, allLabels, stream }: Pick<FeedContext, 'labels' | 'allLabels' | 'stream'>,
  negatives: number,
): Float32Array {
  const samples = allLabels.length
  const counts = new Float32Array(labels.length * samples)
  // A generator with state, seeded by the step's stream: too many numbers are needed for a counter-based one.
  const uniform = mulberry32(stream.uint32(0))
  for (const [row, label] of labels.entries()) {
    const others = samplesOfOthers(allLabels, label)
    const start = row * samples
    if (negatives <= others.length)
      chooseDistinct(others, negatives, uniform, (id) => (counts[start + id] = 1))
    else
      for (let i = 0; i < negatives && others.length > 0; i++) {
        // `uniform` is below 1, so that both indices are within their arrays.
        counts[start + others[Math.floor(uniform() * others.length)]!]! += 1
      }
  }
  return counts
}

function samplesOfOthers(allLabels: Int32Array, label: number): Int32Array {
  const others = new Int32Array(allLabels.length)
  let count = 0
  for (let id = 0; id < allLabels.length; id++) if (allLabels[id] !== label) others[count++] = id
  return others.subarray(0, count)
}

/** Selection sampling: every subset of `size` is equally likely (Knuth, TAOCP 2, 3.4.2, algorithm S). */
function chooseDistinct(
  from: Int32Array,
  size: number,
  uniform: () => number,
  take: (value: number) => void,
): void {
  let missing = size
  for (const [i, value] of from.entries()) {
    if (missing === 0) return
    if (uniform() * (from.length - i) < missing) {
      take(value)
      missing--
    }
  }
}

function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let word = Math.imul(state ^ (state >>> 15), 1 | state)
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }
}
