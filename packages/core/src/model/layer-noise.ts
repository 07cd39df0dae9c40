import { philoxWords } from '../random/philox-words.js'

/** How the numbers of a random layer are distributed. */
export type NoiseLaw =
  /** `value` with probability 1 - rate, else 0. */
  | { readonly kind: 'mask'; readonly rate: number; readonly value: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly deviation: number }

/** One use of a random layer in a model's forward pass. */
export interface NoiseSite {
  /** `<layer>/<how often the layer was called before>`. */
  readonly name: string
  readonly shape: readonly number[]
  readonly law: NoiseLaw
}

/** The numbers of a site in one step, from the stream of a name; equal on every engine and after a resume. */
export function drawNoise(
  { shape, law }: NoiseSite,
  seed: number,
  stream: string,
  step: number,
): Float32Array {
  const size = shape.reduce((all, n) => all * n, 1)
  const values = new Float32Array(size)
  if (law.kind === 'mask') {
    const words = philoxWords(seed, stream, step, size)
    const dropped = law.rate * 2 ** 32
    // `words` has one word for each value.
    for (let i = 0; i < size; i++) values[i] = words[i]! < dropped ? 0 : law.value
    return values
  }
  const words = philoxWords(seed, stream, step, size + (size % 2))
  for (let i = 0; i < size; i += 2) {
    // Box and Muller: two uniform numbers, the first never 0, give two normal ones. `words` has an even length.
    const radius = Math.sqrt(-2 * Math.log((words[i]! + 1) / 2 ** 32))
    const angle = (2 * Math.PI * words[i + 1]!) / 2 ** 32
    values[i] = law.mean + law.deviation * radius * Math.cos(angle)
    if (i + 1 < size) values[i + 1] = law.mean + law.deviation * radius * Math.sin(angle)
  }
  return values
}
