import { brief, distance, length, type Numbers, same } from '../numbers.js'
import type { Probe, ProbeBatch } from '../probe.js'
import { firstFailure, notApplicable } from '../verdict.js'
import { mapLogits, withLogits } from './change-logits.js'
import { type Check, exactly, except, only, openProbe, probeBatch } from './check.js'

/** Declared terms are at rest where student and teachers are the same. */
export const checkIdentity: Check = ({ subject }) => {
  const { identity = [] } = subject.laws
  if (identity.length === 0)
    return notApplicable('No term is declared to rest at the teacher (laws.identity).')
  const twins = openProbe(subject, { twins: true })
  const batch = probeBatch(twins)
  const together = identical(twins, batch)
  const failures = identity.flatMap((term) => {
    const weights = only(twins, term)
    const gradient = (at: ProbeBatch) => {
      const { gradients } = exactly(twins, at, { weights, gradients: true })
      return Math.max(
        ...Object.entries(gradients).map(([path, g]) => (path.startsWith('variable.') ? 0 : length(g))),
      )
    }
    const [apart, rest] = [gradient(batch), gradient(together)]
    // Addends that keep divisions finite move the minimum a little.
    if (rest <= 1e-5 * apart + 1e-12) return []
    return [
      `Term "${term}" must be at rest where the student equals its teacher; its gradient there is ${brief(rest)} (elsewhere ${brief(apart)}). One side is softened, normalised or projected unlike the other: a temperature on one network alone, softmax where log-softmax belongs.`,
    ]
  })
  return firstFailure(failures, `At rest where student and teacher are the same: ${identity.join(', ')}.`)
}

/** Teachers (and peers) with the student's outputs; the i-th tap of the student goes to the teacher's i-th where it fits. */
function identical({ objective }: Probe, batch: ProbeBatch): ProbeBatch {
  const [studentTaps = [], teacherTaps = []] = [objective.taps?.student, objective.taps?.teacher]
  const { logits, taps } = batch.student
  const twin = (of: ProbeBatch['teachers'][number]) => ({
    logits,
    taps: Object.fromEntries(
      Object.entries(of.taps).map(([tap, value]) => {
        const match = taps[studentTaps[teacherTaps.indexOf(tap)] ?? '']
        return [tap, match?.shape.join() === value.shape.join() ? match : value] as const
      }),
    ),
  })
  return {
    ...batch,
    teachers: batch.teachers.map(twin),
    peers: batch.peers.map((peer) => ({ ...peer, logits })),
  }
}

/** A constant added to all logits of a sample changes nothing: only differences of logits mean something. */
export const checkShift: Check = ({ subject, probe }) => {
  const opened = probe()
  const batch = probeBatch(opened)
  const shifted = withLogits(batch, (logits) => mapLogits(logits, (z, row) => z + 3 * (row % 3) - 2))
  // Both runs have every term.
  const before = exactly(opened, batch).terms
  const after = exactly(opened, shifted).terms
  const failures = except(opened, subject.laws.shifted)
    .filter((term) => !same(after[term]!, before[term]!))
    .map((term) => {
      const { gap } = distance(after[term]!, before[term]!)
      return `Term "${term}" must not change when a constant is added to a sample's logits; it changes by up to ${brief(gap)}. The student's logits are used without a softmax or a mean taken off; where that is meant, declare it in laws.shifted.`
    })
  return firstFailure(failures, 'A constant added to a sample’s logits changes no term.')
}

/** A term that is meant to pull still pulls where the student is sure of another class than the teacher. */
export const checkPull: Check = ({ subject, probe }) => {
  const { pull = [] } = subject.laws
  if (pull.length === 0) return notApplicable('No term is declared to pull (laws.pull).')
  const opened = probe()
  const base = probeBatch(opened)
  // Logits are [batch, classes] and have a gradient; there is a label for each row.
  const sure = (logits: Numbers, of: (row: number) => number) =>
    mapLogits(logits, (z, row, column) => 0.1 * z + (column === of(row) % logits.shape[1]! ? 40 : 0))
  const labelOf = (row: number): number => base.labels[row]!
  const batch = {
    ...withLogits(base, (logits) => sure(logits, (row) => labelOf(row) + 1)),
    teachers: base.teachers.map((teacher) => ({ ...teacher, logits: sure(teacher.logits, labelOf) })),
  }
  const { temperature: named = 'temperature' } = subject.laws
  const t = opened.scalars[named] ?? opened.scalars.studentTemperature ?? 1
  const failures = pull.flatMap((term) => {
    const { gradients } = exactly(opened, batch, { weights: only(opened, term), gradients: true })
    const gradient = gradients['student.logits']!
    const [rows, classes] = base.student.logits.shape as [number, number]
    const pulls = base.labels.map((_, row) => -gradient[row * classes + labelOf(row)]! * rows)
    const force = Math.min(...pulls) / t
    if (force > 0.5) return []
    return [
      `Term "${term}" must pull a student that is sure of a wrong class towards its teacher, with a gradient of about T on the teacher's class; found ${brief(force)} T. ${weak(force * classes)}`,
    ]
  })
  return firstFailure(failures, `Pulls towards the teacher however sure the student is: ${pull.join(', ')}.`)
}

const weak = (share: number): string =>
  share > 0.9 && share < 1.1
    ? 'That is 1 / classes of it: the divergence is averaged over the classes instead of summed.'
    : 'The arguments of the divergence are swapped, KL(student || teacher), or probabilities are compared instead of their logarithms.'
