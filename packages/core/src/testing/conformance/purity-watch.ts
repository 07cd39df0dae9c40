import { tf } from '../../tf.js'

/**
 * Runs terms while reading values, random numbers and clocks are watched, and says what was used.
 *
 * What is read still comes back right, so that the terms end as they would.
 */
export function watchingPurity<T>(action: () => T): {
  readonly impurities: readonly string[]
  readonly result: T
} {
  const impurities = new Set<string>()
  const undo: (() => void)[] = []
  const watch = <K extends string, O extends Record<K, (...args: never[]) => unknown>>(
    owner: O,
    name: K,
    sentence: string,
  ): void => {
    const original = owner[name]
    const watched = function (this: unknown, ...args: never[]): unknown {
      impurities.add(sentence)
      return original.apply(this, args)
    }
    owner[name] = watched as O[K]
    undo.push(() => (owner[name] = original))
  }
  for (const name of ['dataSync', 'arraySync', 'data', 'array', 'bytes', 'buffer', 'bufferSync'] as const)
    watch(
      tf.Tensor.prototype as unknown as Record<string, (...args: never[]) => unknown>,
      name,
      `Terms must not read values; they called ${name}(), and what is read is baked into a traced step. Use tensor operations (tf.where, masks).`,
    )
  const random =
    'Terms must draw nothing themselves; they used Math.random, or a tf.random operation without a seed. Draw in `feeds`, or use `batch.seed`.'
  const clock =
    'Terms must not look at the clock; they did. What changes from step to step comes in `batch.scalars`.'
  watch(Math as unknown as Record<string, () => unknown>, 'random', random)
  watch(Date as unknown as Record<string, () => unknown>, 'now', clock)
  watch(performance as unknown as Record<string, () => unknown>, 'now', clock)
  try {
    return { result: action(), impurities: [...impurities] }
  } finally {
    for (const restore of undo.reverse()) restore()
  }
}
