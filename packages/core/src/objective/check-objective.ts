import type { Objective } from '../contracts/objective.js'
import { combineProblems } from '../errors/combine-problems.js'
import { describeValue } from '../errors/describe-value.js'
import { type ErrorFacts, UmbraError } from '../errors/umbra-error.js'
import { valuesOf } from '../schedules/values-of.js'
import { type Scheduled, scheduledSchema } from '../schedules/schedule.js'
import { isPlainObject } from '../util/frozen-copy.js'

/** Scalars that every objective has, see `DistillBatch`. */
const RESERVED: readonly string[] = ['step', 'progress']

/**
 * Everything about an objective that can be checked before it is prepared: its weights, scalars, labels, taps and peers.
 * `subject` is whose it is: `method "kd"`. Throws UMBRA_TERMS; all problems at once.
 */
export function checkObjective(objective: Objective, subject: string): void {
  const [first, ...others] = problemsOf(objective, subject)
  if (first !== undefined) throw combineProblems(subject, [first, ...others], 'UMBRA_TERMS')
}

function problemsOf(objective: unknown, subject: string): UmbraError[] {
  const problem = (facts: ErrorFacts): UmbraError =>
    new UmbraError('UMBRA_TERMS', { ...facts, subject: `${facts.subject} of ${subject}` })
  if (!isPlainObject(objective))
    return [
      new UmbraError('UMBRA_TERMS', {
        subject,
        expected: 'an objective, as objective() makes it',
        received: describeValue(objective),
      }),
    ]
  const { weights, scalars = {}, labels, taps, peers, feeds, prepare, terms } = objective
  const problems = [...weightProblems(weights, problem), ...scalarProblems(scalars, problem)]
  if (labels !== undefined && labels !== 'hard')
    problems.push(
      problem({
        subject: 'setting `labels`',
        expected: '"hard", or nothing where mixed, smoothed or missing labels will do',
        received: describeValue(labels),
        remedy: 'Labels of every kind are in `target`, which labelLoss takes',
      }),
    )
  if (peers !== undefined && !(Number.isInteger(peers) && Number(peers) >= 0))
    problems.push(
      problem({ subject: 'setting `peers`', expected: 'an integer >= 0', received: describeValue(peers) }),
    )
  problems.push(...tapProblems(taps, problem))
  for (const [name, value] of Object.entries({ terms, ...present({ feeds, prepare }) }))
    if (typeof value !== 'function')
      problems.push(
        problem({ subject: `setting \`${name}\``, expected: 'a function', received: describeValue(value) }),
      )
  return problems
}

type Problem = (facts: ErrorFacts) => UmbraError

function weightProblems(weights: unknown, problem: Problem): UmbraError[] {
  const subject = 'setting `weights`'
  if (!isPlainObject(weights))
    return [problem({ subject, expected: 'a weight for each term', received: describeValue(weights) })]
  if (Object.keys(weights).length === 0)
    return [
      problem({
        subject,
        expected: 'a weight for at least one term',
        received: 'none',
        remedy: 'There is nothing to minimise: give a term a weight, 0 included',
      }),
    ]
  return Object.entries(weights).flatMap(([name, weight]) => {
    const wrong = wrongSchedule(weight, 0)
    if (wrong === undefined) return []
    const expected = 'a finite number >= 0, or a schedule that stays so'
    return [problem({ subject: `weight "${name}"`, expected, received: wrong })]
  })
}

function scalarProblems(scalars: unknown, problem: Problem): UmbraError[] {
  if (!isPlainObject(scalars))
    return [
      problem({
        subject: 'setting `scalars`',
        expected: 'scalars by name',
        received: describeValue(scalars),
      }),
    ]
  return Object.entries(scalars).flatMap(([name, scalar]) => {
    const subject = `scalar "${name}"`
    if (RESERVED.includes(name))
      return [
        problem({
          subject,
          expected: 'a name other than step and progress, which every objective has',
          received: `"${name}"`,
          remedy: 'Give it another name',
        }),
      ]
    const wrong = wrongSchedule(scalar, -Infinity)
    if (wrong === undefined) return []
    return [problem({ subject, expected: 'a finite number or a schedule', received: wrong })]
  })
}

/** What a weight or scalar is in place of a schedule that stays at or above `least`; undefined where it is one. */
function wrongSchedule(value: unknown, least: number): string | undefined {
  if (!scheduledSchema.safeParse(value).success)
    return isPlainObject(value)
      ? `a schedule that is none: ${JSON.stringify(value).slice(0, 80)}`
      : describeValue(value)
  const values = valuesOf(value as Scheduled)
  const wrong = values.find((at) => !Number.isFinite(at) || at < least - ROUNDING)
  if (wrong === undefined) return undefined
  return typeof value === 'number' ? String(value) : `a schedule that is ${wrong} at some time`
}

/** Sums and products of schedules are exact to this. */
const ROUNDING = 1e-9

function tapProblems(taps: unknown, problem: Problem): UmbraError[] {
  if (taps === undefined) return []
  const subject = 'setting `taps`'
  const expected = 'lists of taps of the `student` and of the `teacher`'
  if (!isPlainObject(taps)) return [problem({ subject, expected, received: describeValue(taps) })]
  return Object.entries(taps).flatMap(([of, names]) => {
    if (of !== 'student' && of !== 'teacher') return [problem({ subject, expected, received: `"${of}"` })]
    if (names === undefined) return []
    if (Array.isArray(names) && names.every((name) => typeof name === 'string' && name !== '')) return []
    return [problem({ subject, expected, received: describeValue(names) })]
  })
}

const present = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
