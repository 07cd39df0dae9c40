import type { StudyMethod } from '@umbra/experiment'
import type { StudyMeasures } from './measure-study.js'
import type { StudyTeacher } from './study-teachers.js'

/**
 * Gives `enhanced` with `match` its reference where none is set: the mean inherent variance of each class of the smallest
 * teacher of the family, on the training images at the study's temperature.
 */
export const completeMethod =
  ({ teachers, varianceByClass }: Pick<StudyMeasures, 'teachers' | 'varianceByClass'>) =>
  (method: StudyMethod, { family }: Pick<StudyTeacher, 'family'>): StudyMethod => {
    const { options } = method
    const enhancementOptions = options.enhancementOptions as Readonly<Record<string, unknown>> | undefined
    if (options.enhancement !== 'match' || enhancementOptions?.reference !== undefined) return method
    const smallest = teachers
      .filter((teacher) => teacher.family === family)
      .reduce((a, b) => (b.parameters < a.parameters ? b : a))
    const reference = [...varianceByClass.get(smallest.label)!]
    return { ...method, options: { ...options, enhancementOptions: { ...enhancementOptions, reference } } }
  }
