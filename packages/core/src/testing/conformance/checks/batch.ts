import { brief, distance, mapRecord, same, sizeOf, takeRows } from '../numbers.js'
import type { OutputNumbers, Probe, ProbeBatch } from '../probe.js'
import { firstFailure, notApplicable } from '../verdict.js'
import { type Check, exactly, except, openProbe, probeBatch } from './check.js'

/** The examples of a batch in another order, some of them, or some twice. */
function pick(batch: ProbeBatch, order: readonly number[]): ProbeBatch {
  // `order` holds indices of the batch.
  const size = batch.labels.length
  const outputs = ({ logits, taps }: OutputNumbers): OutputNumbers => ({
    logits: takeRows(logits, order),
    taps: mapRecord(taps, (tap) => takeRows(tap, order)),
  })
  return {
    ids: order.map((i) => batch.ids[i]!),
    labels: order.map((i) => batch.labels[i]!),
    student: outputs(batch.student),
    teachers: batch.teachers.map(outputs),
    peers: batch.peers.map(outputs),
    feeds: mapRecord(batch.feeds, (feed) => {
      if (feed.shape[0] !== size) return feed
      const { shape, data } = takeRows(feed, order)
      const typed =
        feed.data instanceof Int32Array
          ? Int32Array.from(data as number[])
          : Float32Array.from(data as number[])
      return { shape, data: typed }
    }),
  }
}

/** The same objective, variables and state for another batch; variables whose shape is the batch's are its own. */
function resized(probe: Probe, batch: number): Probe {
  const made = openProbe(probe.subject, { batch })
  const variables = mapRecord(made.variables, (value, name) => {
    const before = probe.variables[name]
    return before?.shape.join() === value.shape.join() ? before : value
  })
  return { ...made, variables, state: probe.state }
}

/** Every example keeps its value when the batch is shuffled. */
export const checkBatchOrder: Check = ({ subject, probe }) => {
  const opened = probe()
  const batch = probeBatch(opened)
  const order = [3, 0, 7, 5, 1, 6, 2, 4]
  // Both runs have every term, with one value an example.
  const before = exactly(opened, batch).terms
  const after = exactly(opened, pick(batch, order)).terms
  const failures = except(opened, subject.laws.ordered).flatMap((term) => {
    const expected = order.map((i) => before[term]![i]!)
    if (same(after[term]!, expected)) return []
    const { gap } = distance(after[term]!, expected)
    return [
      `Term "${term}" must not depend on the order of the batch; shuffled, an example's value changes by ${brief(gap)}. Neighbours in the batch are compared, or rows are paired by position; declare laws.ordered where that is the method.`,
    ]
  })
  return firstFailure(failures, 'The order of the batch makes no difference.')
}

/** An example's value is the same in a smaller batch, so that the mean of two halves is the mean of the whole. */
export const checkBatchSplit: Check = ({ subject, probe }) => {
  const opened = probe()
  const { relational = [], ordered = [] } = subject.laws
  const terms = except(opened, [...relational, ...ordered])
  if (terms.length === 0)
    return notApplicable('All terms are declared to compare examples (laws.relational).')
  const batch = probeBatch(opened)
  const whole = exactly(opened, batch).terms
  const size = opened.shapes.batch / 2
  const half = resized(opened, size)
  // Both runs have every term.
  const part = exactly(half, pick(batch, [...Array(size).keys()])).terms
  const failures = terms.flatMap((term) => {
    const expected = whole[term]!.slice(0, size)
    if (same(part[term]!, expected)) return []
    const { gap } = distance(part[term]!, expected)
    return [
      `Term "${term}" must give an example the same value in half the batch; it changes by ${brief(gap)}. It sums or averages over the batch itself, or is divided by its size; declare laws.relational where examples are compared on purpose.`,
    ]
  })
  return firstFailure(failures, 'The mean of two halves is the mean of the whole batch.')
}

/** The loss does not grow with the batch: every example twice gives the same mean. */
export const checkBatchSize: Check = ({ subject, probe }) => {
  const opened = probe()
  const { relational = [], ordered = [] } = subject.laws
  const terms = except(opened, [...relational, ...ordered])
  if (terms.length === 0)
    return notApplicable('All terms are declared to compare examples (laws.relational).')
  const batch = probeBatch(opened)
  const size = opened.shapes.batch
  const double = resized(opened, 2 * size)
  const twice = pick(
    batch,
    [...Array(2 * size).keys()].map((i) => i % size),
  )
  // Both runs have every term.
  const [once, both] = [exactly(opened, batch).terms, exactly(double, twice).terms]
  const failures = terms.flatMap((term) => {
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / sizeOf([values.length])
    const [a, b] = [mean(once[term]!), mean(both[term]!)]
    if (same([b], [a])) return []
    return [
      `The mean of term "${term}" must not depend on the size of the batch; with every example twice it is ${brief(b / a)} times as large. It is summed over the batch where the mean belongs.`,
    ]
  })
  return firstFailure(failures, 'Twice the batch gives the same loss.')
}
