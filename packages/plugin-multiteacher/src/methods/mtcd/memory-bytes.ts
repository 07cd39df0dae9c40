const BYTES = 4
/** Arrays `[batch, samples]` that both directions and their gradients hold at once. */
const ARRAYS = 32
/** Two memories, each with what a step makes of it and its new value. */
const BANKS = 6

/** An estimate of the bytes that form crd needs: memories of every teacher, and scores of a batch against them. */
export const memoryBytes = (
  sizes: Readonly<Record<'batch' | 'samples' | 'teachers' | 'dimension', number>>,
): number => {
  const { batch, samples, teachers, dimension } = sizes
  return BYTES * teachers * samples * (BANKS * dimension + ARRAYS * batch)
}
