import type { MetricInput } from '@umbra/core'

/** Softmax of each row, in float64: `[samples][classes]`. */
export const probabilitiesOf = (input: MetricInput): number[][] =>
  logProbabilitiesOf(input).map((row) => row.map(Math.exp))

/** Logarithm of the softmax of each row, in nats: `[samples][classes]`. */
export const logProbabilitiesOf = ({ logits, labels, classes }: MetricInput): number[][] =>
  Array.from(labels, (_, i) => {
    const row = [...logits.subarray(i * classes.length, (i + 1) * classes.length)]
    const largest = Math.max(...row)
    const sum = largest + Math.log(row.reduce((total, z) => total + Math.exp(z - largest), 0))
    return row.map((z) => z - sum)
  })
