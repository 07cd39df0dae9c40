import { length, mapRecord } from '../numbers.js'
import { firstFailure, notApplicable } from '../verdict.js'
import { type Check, exactly, only, probeBatch } from './check.js'

/** Every term moves something that is trained, and every tap of the student that is asked for is moved by a term. */
export const checkReach: Check = ({ subject, probe }) => {
  const opened = probe()
  const batch = probeBatch(opened)
  const constant = subject.laws.constant ?? []
  // A run with gradients has that of every tap.
  const norms = Object.fromEntries(
    opened.terms.map((term) => {
      const { gradients } = exactly(opened, batch, { weights: only(opened, term), gradients: true })
      return [term, mapRecord(gradients, length)]
    }),
  )
  const failures = opened.terms
    .filter((term) => !constant.includes(term) && !Object.values(norms[term]!).some((norm) => norm > 0))
    .map(
      (term) =>
        `Term "${term}" must move the student, a peer or a variable; it moves nothing. Its student side is detached, or it compares the teacher with itself.`,
    )
  const taps = Object.keys(batch.student.taps).map((tap) => `student.taps.${tap}`)
  const idle = taps.filter((path) => !opened.terms.some((term) => norms[term]![path]! > 0))
  if (constant.length === 0)
    failures.push(
      ...idle.map(
        (path) =>
          `${path} is asked for, but no term sends a gradient to it: the feature is detached, or not used.`,
      ),
    )
  if (opened.terms.length === 0) return notApplicable('There are no terms.')
  return firstFailure(failures, 'Every term and every tap of the student takes part in the gradient.')
}
