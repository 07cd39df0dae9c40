import { brief, distance, length, mapRecord, type Numbers, sizeOf, takeRows } from '../numbers.js'
import { evaluate } from '../evaluate.js'
import type { OutputNumbers, ProbeBatch } from '../probe.js'
import { firstFailure } from '../verdict.js'
import { mapLogits, withLogits, withTeacherLogits } from './change-logits.js'
import { type Check, exactly, openProbe, probeBatch } from './check.js'

/** In float32, logits of 60 and networks sure of different classes give numbers, and so do their gradients. */
export const checkFinite: Check = ({ probe }) => {
  const opened = probe()
  const base = probeBatch(opened)
  const wild = (logits: Numbers, by: number) =>
    mapLogits(logits, (z, row, column) => ((row + by * column) % 3 === 0 ? 60 : z > 0 ? -60 : -59))
  // Logits are [batch, classes], and there is a label for each row.
  const sure = (logits: Numbers, by: number) =>
    mapLogits(logits, (_, row, column) => (column === (base.labels[row]! + by) % logits.shape[1]! ? 60 : -60))
  const both = withLogits(base, (logits) => sure(logits, 2))
  const failures = unsound(opened, {
    'with student logits of 60': withLogits(base, (logits) => wild(logits, 1)),
    'with teacher logits of 60': withTeacherLogits(base, (logits) => wild(logits, 2)),
    'where the teacher is sure of a wrong class': withTeacherLogits(base, (logits) => sure(logits, 1)),
    'where the student is sure of a wrong class': both,
    'where teacher and student are sure of different wrong classes': withTeacherLogits(both, (logits) =>
      sure(logits, 1),
    ),
  }).map(
    (what) =>
      `All must be finite in float32; ${what}. A logarithm is taken of a softmax that underflows, an exponential overflows, or something is divided by a probability: work with log-softmax.`,
  )
  return firstFailure(failures, 'Finite in float32 at logits of 60, whoever is wrong.')
}

/** What real batches hold now and then gives numbers too: dead features, equal logits, the same image twice. */
export const checkDegenerate: Check = ({ subject, probe }) => {
  const opened = probe()
  const base = probeBatch(opened)
  const flat = (logits: Numbers) => mapLogits(logits, (z, row) => (row < 2 ? 0 : z))
  const dead = ({ logits, taps }: OutputNumbers): OutputNumbers => ({
    logits,
    taps: mapRecord(taps, (tap) => {
      const width = sizeOf(tap.shape.slice(1))
      return { ...tap, data: Array.from(tap.data, (x, i) => (i < 2 * width ? 0 : x)) }
    }),
  })
  const again = ({ logits, taps }: OutputNumbers): OutputNumbers => {
    const order = [...Array(opened.shapes.batch).keys()].map((i) => (i === 1 ? 0 : i))
    return { logits: takeRows(logits, order), taps: mapRecord(taps, (tap) => takeRows(tap, order)) }
  }
  const twins = openProbe(subject, { twins: true })
  const twinBatch = probeBatch(twins)
  const together = {
    ...twinBatch,
    teachers: twinBatch.teachers.map(({ taps }) => ({
      logits: twinBatch.student.logits,
      taps: { ...taps, ...fitting(twinBatch.student.taps, taps) },
    })),
  }
  const failures = [
    ...unsound(opened, {
      'where all logits of an example of the student are equal': withLogits(base, flat),
      'where all logits of an example of the teacher are equal': withTeacherLogits(base, flat),
      'where features of the student are 0 (dead units)': { ...base, student: dead(base.student) },
      'where features of the teacher are 0 (dead units)': { ...base, teachers: base.teachers.map(dead) },
      'where an image comes twice': {
        ...base,
        student: again(base.student),
        teachers: base.teachers.map(again),
        peers: base.peers.map(again),
      },
    }),
    ...unsound(twins, { 'where student and teacher are the same': together }),
  ].map(
    (what) =>
      `All must be finite; ${what}. Something is divided by a length, deviation or distance that is 0, or a root has no gradient there: keep what is under it above 0.`,
  )
  return firstFailure(failures, 'Finite for dead features, equal logits and repeated images.')
}

const fitting = (student: OutputNumbers['taps'], teacher: OutputNumbers['taps']) =>
  Object.fromEntries(
    Object.entries(student).filter(([tap, { shape }]) => teacher[tap]?.shape.join() === shape.join()),
  )

/** float32 keeps the digits that float64 has: nothing is lost to cancellation. */
export const checkPrecision: Check = ({ probe }) => {
  const opened = probe()
  const batch = probeBatch(opened)
  const [single, double] = [
    evaluate(opened, batch, { gradients: true }),
    exactly(opened, batch, { gradients: true }),
  ]
  const failures = (['terms', 'gradients'] as const).flatMap((kind) =>
    Object.entries(double[kind]).flatMap(([name, values]) => {
      // Both runs have the same names.
      const { gap, scale } = distance(single[kind][name]!, values)
      if (gap <= 1e-3 * scale + 1e-6) return []
      return [
        `float32 must keep the digits of float64; ${kind === 'terms' ? 'term' : 'the gradient of'} ${name} is off by ${brief(gap / scale)} of its size. Numbers that are nearly equal are subtracted.`,
      ]
    }),
  )
  return firstFailure(failures, 'float32 keeps the digits.')
}

/** What is not finite in which case, in words. */
function unsound(
  opened: ReturnType<typeof openProbe>,
  cases: Readonly<Record<string, ProbeBatch>>,
): string[] {
  return Object.entries(cases).flatMap(([when, batch]) => {
    const { terms, gradients } = evaluate(opened, batch, { gradients: true })
    const [term] = Object.entries(terms).find(([, values]) => !values.every(Number.isFinite)) ?? []
    if (term !== undefined) return [`term "${term}" is not ${when}`]
    const [path] = Object.entries(gradients).find(([, values]) => !values.every(Number.isFinite)) ?? []
    if (path !== undefined) return [`the gradient of ${path} is not ${when}`]
    const vast = Object.entries(gradients).find(([, values]) => length(values) > VAST)
    if (vast === undefined) return []
    const [name, values] = vast
    return [`the gradient of ${name} is ${brief(length(values))} ${when}, which no training survives`]
  })
}

/** No gradient of ordinary numbers is anywhere near. */
const VAST = 1e6
