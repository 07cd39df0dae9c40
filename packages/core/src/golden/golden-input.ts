import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import type { z } from 'zod'
import type { GoldenCase } from '../contracts/golden.js'
import { UmbraError } from '../errors/umbra-error.js'
import { parseOptions } from '../options/parse-options.js'
import { tf } from '../tf.js'

const unfit = ({ id }: GoldenCase, expected: string, received: string): UmbraError =>
  new UmbraError('UMBRA_FILE_CORRUPT', { subject: `golden case "${id}"`, expected, received })

/** An input array of a case. Throws UMBRA_FILE_CORRUPT where the case lacks it. */
export function goldenInput(golden: GoldenCase, name: string): Tensor {
  const input = golden.inputs[name]
  if (input !== undefined) return input
  throw unfit(golden, `an input "${name}"`, Object.keys(golden.inputs).join(', ') || 'none')
}

/**
 * The inputs `prefix0`, `prefix1`, ... of a case, as many as there are.
 *
 * @param count how many the case says it has, where it does
 * Throws UMBRA_FILE_CORRUPT where there is none, one is left out, or there are more or fewer than `count`.
 */
export function goldenInputs(golden: GoldenCase, prefix: string, count?: number): Tensor[] {
  const named = Object.keys(golden.inputs).filter((name) => name.startsWith(prefix))
  const numbers = named.map((name) => name.slice(prefix.length)).filter((rest) => /^\d+$/.test(rest))
  const total = count ?? Math.max(1, numbers.length)
  if (numbers.length > total) throw unfit(golden, `${total} inputs "${prefix}…"`, named.join(', '))
  return Array.from({ length: total }, (_, i) => goldenInput(golden, `${prefix}${i}`))
}

/**
 * Class indices of a case, int32 `[batch]`. Throws UMBRA_FILE_CORRUPT where the case has none, or where their number or
 * range does not fit the logits among its inputs.
 */
export function goldenLabels(golden: GoldenCase): Tensor1D {
  const { labels, inputs } = golden
  if (labels === undefined) throw unfit(golden, 'labels', 'none')
  for (const [name, { shape }] of Object.entries(inputs)) {
    if (!name.includes('logits')) continue
    if (shape.length !== 2 || shape[0] !== labels.length)
      throw unfit(
        golden,
        `[${labels.length}, classes] for "${name}", one row a label`,
        `[${shape.join(', ')}]`,
      )
    const strange = labels.find((label) => label >= shape[1])
    if (strange !== undefined) throw unfit(golden, `labels below ${shape[1]}`, String(strange))
  }
  return tf.tensor1d([...labels], 'int32')
}

/**
 * Hyper-parameters of a case, checked by a strict schema: one that is not known would be a number computed without it.
 *
 * Throws UMBRA_OPTION_UNKNOWN and UMBRA_OPTION as `parseOptions` does.
 */
export const goldenHyper = <S extends z.ZodType>(golden: GoldenCase, schema: S): z.output<S> =>
  parseOptions(schema, golden.hyper, `golden case "${golden.id}"`, { noun: 'hyper-parameter' })

/** Throws UMBRA_FILE_CORRUPT where a hyper-parameter that repeats what the inputs say says something else. */
export function goldenRepeats(golden: GoldenCase, name: string, actual: number): void {
  const published = golden.hyper[name]
  if (published !== undefined && published !== actual)
    throw unfit(golden, `${name} = ${actual}, as the inputs have it`, JSON.stringify(published))
}
