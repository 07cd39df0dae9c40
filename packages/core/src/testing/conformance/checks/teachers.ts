import { brief, same } from '../numbers.js'
import type { MethodSubject } from '../method-subject.js'
import { firstFailure, notApplicable } from '../verdict.js'
import { type Check, exactly, except, only, openProbe, probeBatch } from './check.js'

/** Identical teachers teach as one of them does: their number does not change the scale. */
export const checkTeachers: Check = ({ subject }) => {
  const { min, max } = subject.method.teachers
  const few = Math.max(1, min)
  const most = Math.min(max, few + 2)
  if (most <= few || subject.assistants > 0) return notApplicable('The number of its teachers is fixed.')
  const base = openTwins(subject, few)
  const others = [Math.min(max, few + 1), most].map((count) => openTwins(subject, count))
  const failures = except(base.probe, subject.laws.countsTeachers).flatMap((term) => {
    const { gradients } = exactly(base.probe, base.batch, {
      weights: only(base.probe, term),
      gradients: true,
    })
    const trained = Object.entries(gradients).some(
      ([path, g]) => path.startsWith('variable.') && g.some((x) => x !== 0),
    )
    // Variables of one teacher are not those of another, so the terms may differ.
    if (trained) return []
    return others.flatMap(({ probe, batch, count }) => {
      // Both runs have every term, and a batch has examples.
      const one = exactly(base.probe, base.batch).terms[term]!
      const all = exactly(probe, batch).terms[term]!
      if (same(all, one)) return []
      return [
        `Term "${term}" must be the same with ${count} identical teachers as with ${few}; it is ${brief(all[0]! / one[0]!)} times as large. The weights of the teachers do not sum to 1.`,
      ]
    })
  })
  return firstFailure(failures, 'Identical teachers teach as one of them does.')
}

function openTwins(subject: MethodSubject, count: number) {
  const probe = openProbe(subject, { teachers: count, twins: true })
  const batch = probeBatch(probe)
  const [first] = batch.teachers
  const teachers = first === undefined ? [] : batch.teachers.map(() => first)
  return { probe, count, batch: { ...batch, teachers } }
}
