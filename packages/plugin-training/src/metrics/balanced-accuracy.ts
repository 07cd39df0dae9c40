import { defineMetric, z } from '@umbra/core'
import { countsOf, meanOf } from './confusion.js'

/** Mean over the classes of `right / images of the class`; classes without an image do not count. */
export const balancedAccuracy = defineMetric({
  id: 'balanced-accuracy',
  title: 'Balanced accuracy',
  summary: 'Mean accuracy of the classes: rare classes count as much as frequent ones.',
  formula: 'mean over classes of TP / (TP + FN)',
  better: 'higher',
  unit: 'fraction',
  options: z.strictObject({}),
  compute: (input) =>
    meanOf(countsOf(input).flatMap(({ samples, right }) => (samples === 0 ? [] : [right / samples]))),
})
