import { defineMetric, z } from '@umbra/core'
import { countsOf, meanOf } from './confusion.js'

/** Mean over the classes of `F1 = 2 TP / (2 TP + FP + FN)`; classes that neither occur nor are given do not count. */
export const macroF1 = defineMetric({
  id: 'macro-f1',
  title: 'Macro F1',
  summary: 'Mean over the classes of the harmonic mean of precision and recall.',
  formula: 'mean over classes of 2 TP / (2 TP + FP + FN)',
  better: 'higher',
  unit: 'fraction',
  options: z.strictObject({}),
  compute: (input) =>
    meanOf(
      countsOf(input).flatMap(({ samples, given, right }) =>
        samples + given === 0 ? [] : [(2 * right) / (samples + given)],
      ),
    ),
})
