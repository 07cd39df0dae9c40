import { brief, distance, type Numbers } from '../numbers.js'
import { firstFailure, notApplicable } from '../verdict.js'
import { mapLogits, withLogits, withTeacherLogits } from './change-logits.js'
import { type Check, exactly, probeBatch } from './check.js'

/** Terms on wrong classes do not see the labelled class, whatever its logit. */
export const checkWrongClasses: Check = ({ subject, probe }) => {
  const { wrongClasses = [] } = subject.laws
  if (wrongClasses.length === 0)
    return notApplicable('No term is declared to look at wrong classes alone (laws.wrongClasses).')
  const opened = probe()
  const batch = probeBatch(opened)
  const values = (student: number, teacher: number) => {
    const set = (to: number) => (logits: Numbers) =>
      mapLogits(logits, (z, row, column) => (column === batch.labels[row] ? to : z))
    return exactly(opened, withTeacherLogits(withLogits(batch, set(student)), set(teacher))).terms
  }
  const cases = { student: [60, 0], teacher: [0, 60] } as const
  const base = values(0, 0)
  const failures = wrongClasses.flatMap((term) =>
    Object.entries(cases).flatMap(([who, [student, teacher]]) => {
      // Every run has every term.
      const { gap } = distance(values(student, teacher)[term]!, base[term]!)
      if (gap <= 1e-6) return []
      return [
        `Term "${term}" is about wrong classes alone, yet it changes by ${brief(gap)} with the labelled logit of the ${who}. The mask leaves the label in, or takes too little off its logit.`,
      ]
    }),
  )
  return firstFailure(failures, `The labelled logit makes no difference: ${wrongClasses.join(', ')}.`)
}
