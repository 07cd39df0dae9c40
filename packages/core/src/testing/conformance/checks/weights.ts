import type { Objective } from '../../../contracts/objective.js'
import { valueAt } from '../../../recipe/schedule.js'
import { brief, distance, mapRecord, same } from '../numbers.js'
import type { Probe } from '../probe.js'
import type { MethodSubject } from '../method-subject.js'
import { firstFailure, notApplicable } from '../verdict.js'
import { type Check, exactly, openProbe, probeBatch, withOptions } from './check.js'

// Early and late in a run: a weight may be for one stage only.
const TIMES = [10, 200]
const TOTAL = 240
const weightsOf = ({ weights }: Objective, time: number): Record<string, number> =>
  mapRecord(weights, (weight) => valueAt(weight, time, TOTAL))

/**
 * An option that is a weight only weighs: with 0 the gradients are those without its terms, with another number the
 * terms are the same. What counts as a weight are numbers called `weight` or `...Weight`.
 */
export const checkWeights: Check = ({ subject }) => {
  const names = Object.keys(subject.options).filter((name) => /(^w|W)eight$/.test(name))
  if (names.length === 0) return notApplicable('No option is called a weight.')
  const failures = names.flatMap((name) => checkWeight(subject, name))
  return firstFailure(failures, `Only weighs, and is gone with 0: ${names.join(', ')}.`)
}

function checkWeight(subject: MethodSubject, option: string): string[] {
  const withWeight = (value: number): Probe => openProbe(withOptions(subject, { [option]: value }))
  const [one, none, more] = [withWeight(1), withWeight(0), withWeight(3)]
  const batch = probeBatch(one)
  const full = exactly(one, batch)
  const tripled = exactly(more, batch)
  for (const [term, values] of Object.entries(full.terms)) {
    const other = tripled.terms[term]
    if (other === undefined || same(other, values)) continue
    return [
      `Option "${option}" must act through the objective's weights alone; term "${term}" changes by ${brief(distance(other, values).gap)} with it. The weight is applied inside the terms as well.`,
    ]
  }
  const times = TIMES.map((time) => ({
    on: weightsOf(one.objective, time),
    off: weightsOf(none.objective, time),
  }))
  const weighed = times.map(({ on, off }) => Object.keys(on).filter((term) => on[term] !== 0 && !off[term]))
  if (weighed.every((terms) => terms.length === 0))
    // Other options than the defaults may choose a loss without the term.
    return Object.keys(subject.inputOptions).length > 0
      ? []
      : [`Option "${option}" must weigh a term; with 0 no term's weight becomes 0. It is not used.`]
  const gradients = (probe: Probe, weights: Record<string, number>) =>
    exactly(probe, batch, { weights, gradients: true }).gradients
  return times.flatMap(({ on, off }, i) => {
    const names = weighed[i] ?? []
    if (names.length === 0 || names.join() === weighed[i - 1]?.join()) return []
    const without = mapRecord(on, (weight, term) => (names.includes(term) ? 0 : weight))
    const [left, zero] = [gradients(one, without), gradients(none, off)]
    const [path] =
      Object.entries(left).find(([name, g]) => zero[name] !== undefined && !same(zero[name], g)) ?? []
    if (path === undefined) return []
    return [
      `With "${option}" at 0 the gradients must be those without its terms; that of ${path} differs. Something of the term is left outside its weight.`,
    ]
  })
}
