import type { StudyMethod } from '@umbra/experiment'
import type { StudyMeasures } from './measure-study.js'
import type { StudyTeacher } from './study-teachers.js'
import { withParts } from './with-parts.js'

/**
 * Gives `enhanced` with `match` its reference where none is set: the mean inherent variance of each class of the smallest
 * teacher of the family, on the training images at the study's temperature. Parts of sums too.
 */
export const completeMethod =
  ({ teachers, varianceByClass }: Pick<StudyMeasures, 'teachers' | 'varianceByClass'>) =>
  (method: StudyMethod, { family }: Pick<StudyTeacher, 'family'>): StudyMethod => {
    const smallest = teachers
      .filter((teacher) => teacher.family === family)
      .reduce((a, b) => (b.parameters < a.parameters ? b : a))
    return withParts(method, (_, options) => {
      const enhancementOptions = options.enhancementOptions as Readonly<Record<string, unknown>> | undefined
      if (options.enhancement !== 'match' || enhancementOptions?.reference !== undefined) return options
      // Each teacher of the study was measured.
      const reference = [...varianceByClass.get(smallest.label)!]
      return { ...options, enhancementOptions: { ...enhancementOptions, reference } }
    })
  }
