import { defineMetric, z } from '@umbra/core'
import { meanOf } from './confusion.js'
import { logProbabilitiesOf, probabilitiesOf } from './probabilities.js'

/** Expected calibration error (Guo et al. 2017, equation 3): `sum over bins of n_b / n * |accuracy_b - confidence_b|`. */
export const ece = defineMetric({
  id: 'ece',
  title: 'Calibration error',
  summary: 'Expected calibration error: distance of confidence and accuracy over bins of confidence.',
  formula: 'sum over bins of n_b / n * |accuracy_b - confidence_b|',
  paper: {
    title: 'On Calibration of Modern Neural Networks',
    venue: 'ICML 2017',
    arxiv: '1706.04599',
    equations: '3',
  },
  better: 'lower',
  unit: 'fraction',
  options: z.strictObject({
    bins: z.int().positive().default(15).describe('bins of equal width of the largest probability'),
  }),
  compute: (input, { bins }) => {
    const totals = Array.from({ length: bins }, () => ({ right: 0, confidence: 0 }))
    for (const [i, row] of probabilitiesOf(input).entries()) {
      const confidence = Math.max(...row)
      // (0, 1 / bins], (1 / bins, 2 / bins], …
      const bin = totals[Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))]
      if (bin === undefined) return Number.NaN
      bin.confidence += confidence
      if (row.indexOf(confidence) === input.labels[i]) bin.right += 1
    }
    const gaps = totals.map(({ right, confidence }) => Math.abs(right - confidence))
    return gaps.reduce((sum, gap) => sum + gap, 0) / input.labels.length
  },
})

/** Negative log-likelihood: mean of `-log p` of the labelled class, nats. */
export const nll = defineMetric({
  id: 'nll',
  title: 'NLL, nats',
  summary: 'Negative log-likelihood of the labels: the cross-entropy, in double precision.',
  formula: 'mean of -log p_y',
  better: 'lower',
  unit: 'number',
  options: z.strictObject({}),
  // Labels are indices of classes.
  compute: (input) => meanOf(logProbabilitiesOf(input).map((row, i) => -row[input.labels[i]!]!)),
})

/** Brier score (Brier 1950): mean of `sum over classes of (p_c - y_c)^2`, 0 to 2. */
export const brier = defineMetric({
  id: 'brier',
  title: 'Brier score',
  summary: 'Squared distance of the probabilities to the labels, 0 to 2.',
  formula: 'mean of sum over classes of (p_c - y_c)^2',
  paper: { title: 'Verification of forecasts expressed in terms of probability', venue: 'MWR 1950' },
  better: 'lower',
  unit: 'number',
  options: z.strictObject({}),
  compute: (input) =>
    meanOf(
      probabilitiesOf(input).map((row, i) =>
        row.reduce((sum, p, c) => sum + (p - (input.labels[i] === c ? 1 : 0)) ** 2, 0),
      ),
    ),
})
