import { defineMetric, z } from '@umbra/core'
import { countsOf } from './confusion.js'

/** Accuracy of each class by its name, `right / images of the class`; NaN for a class without an image. */
export const classAccuracy = defineMetric({
  id: 'class-accuracy',
  title: 'Accuracy of each class',
  summary: 'Part of the images of each class that the student gets right.',
  formula: 'TP / (TP + FN) of each class',
  better: 'higher',
  unit: 'fraction',
  options: z.strictObject({}),
  compute: (input) =>
    Object.fromEntries(
      countsOf(input).map(({ samples, right }, i) => {
        // One count for each class.
        const name = input.classes[i]!
        const twice = input.classes.indexOf(name) < i
        return [twice ? `${name} (${i})` : name, samples === 0 ? Number.NaN : right / samples]
      }),
    ),
})
