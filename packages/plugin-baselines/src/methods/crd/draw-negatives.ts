import type { FeedContext } from '@umbra/core'

type Draw = Pick<FeedContext, 'labels' | 'allLabels' | 'stream'>

/**
 * How often each sample of the training set is a negative of each sample of the batch, `[batch, samples]`.
 *
 * Negatives are of other classes only; each row sums to `negatives`. They are drawn without replacement while the other
 * classes have enough samples, with replacement otherwise.
 */
export function drawCounts({ labels, allLabels, stream }: Draw, negatives: number): Float32Array {
  const samples = allLabels.length
  const counts = new Float32Array(labels.length * samples)
  // A generator with state, seeded by the step's stream: too many numbers are needed for a counter-based one.
  const uniform = mulberry32(stream.uint32(0))
  for (const [row, label] of labels.entries()) {
    const start = row * samples
    // Ids are below the number of samples.
    chooseOthers(samplesOfOthers(allLabels, label), negatives, uniform, (id) => (counts[start + id]! += 1))
  }
  return counts
}

/**
 * The same choice as ids, `[batch, negatives]`. Where they are few among many they are drawn until they fit, in time that does not
 * grow with the training set.
 */
export function drawIds({ labels, allLabels, stream }: Draw, negatives: number): Int32Array {
  const ids = new Int32Array(labels.length * negatives)
  const uniform = mulberry32(stream.uint32(0))
  const sizes = new Map<number, number>()
  for (const label of allLabels) sizes.set(label, (sizes.get(label) ?? 0) + 1)
  // Number of the last row that has taken a sample.
  const takenBy = new Int32Array(allLabels.length)
  for (const [row, label] of labels.entries()) {
    let at = row * negatives
    const take = (id: number): void => void (ids[at++] = id)
    const others = allLabels.length - (sizes.get(label) ?? 0)
    if (2 * negatives > others) {
      chooseOthers(samplesOfOthers(allLabels, label), negatives, uniform, take)
      continue
    }
    while (at < (row + 1) * negatives) {
      const id = Math.floor(uniform() * allLabels.length)
      if (allLabels[id] === label || takenBy[id] === row + 1) continue
      takenBy[id] = row + 1
      take(id)
    }
  }
  return ids
}

/** Distinct ones where there are enough. */
function chooseOthers(
  others: Int32Array,
  size: number,
  uniform: () => number,
  take: (id: number) => void,
): void {
  if (size <= others.length) {
    chooseDistinct(others, size, uniform, take)
    return
  }
  // `uniform` is below 1, so that indices are within the array.
  for (let i = 0; i < size && others.length > 0; i++) take(others[Math.floor(uniform() * others.length)]!)
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
