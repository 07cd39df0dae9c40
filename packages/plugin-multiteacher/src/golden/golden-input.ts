import { type GoldenCase, UmbraError, parseOptions, type z } from '@umbra/core'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import { tf } from '@umbra/core'

/** An input array of a case. Throws UMBRA_FILE_CORRUPT where the case lacks it. */
export function goldenInput(golden: GoldenCase, name: string): Tensor {
  const found = golden.inputs[name]
  if (found !== undefined) return found
  throw new UmbraError('UMBRA_FILE_CORRUPT', {
    subject: `golden case "${golden.id}"`,
    expected: `an input "${name}"`,
    received: Object.keys(golden.inputs).join(', ') || 'none',
  })
}

/** Class indices of a case, int32 `[batch]`. Throws UMBRA_FILE_CORRUPT where the case has none. */
export function goldenLabels(golden: GoldenCase): Tensor1D {
  if (golden.labels !== undefined) return tf.tensor1d([...golden.labels], 'int32')
  throw new UmbraError('UMBRA_FILE_CORRUPT', {
    subject: `golden case "${golden.id}"`,
    expected: 'labels',
    received: 'none',
  })
}

/** Hyper-parameters of a case, checked. Throws as `parseOptions` does. */
export const goldenHyper = <S extends z.ZodType>(golden: GoldenCase, schema: S): z.output<S> =>
  parseOptions(schema, golden.hyper, `hyper-parameters of golden case "${golden.id}"`)
