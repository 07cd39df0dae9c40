import { inDoublePrecision } from '../double-precision.js'
import { type MethodSubject, withOptions } from '../method-subject.js'
import { evaluate, type Evaluated, type EvaluateOptions } from '../evaluate.js'
import { openProbe, type Probe, type ProbeBatch, probeBatch } from '../probe.js'
import type { Finding } from '../verdict.js'

/** What the checks of one method share. */
export interface Bench {
  readonly subject: MethodSubject
  /** Of the default batch and teachers; made anew at every call, as a new run would. */
  readonly probe: () => Probe
}

export type Check = (bench: Bench) => Finding

export const benchOf = (subject: MethodSubject): Bench => ({ subject, probe: () => openProbe(subject) })

/** Evaluates in float64. */
export const exactly = (probe: Probe, batch: ProbeBatch, options?: EvaluateOptions): Evaluated =>
  inDoublePrecision(() => evaluate(probe, batch, options))

/** Weights that leave one term alone in the total. */
export const only = (probe: Probe, term: string): Record<string, number> =>
  Object.fromEntries(probe.terms.map((name) => [name, name === term ? 1 : 0]))

/** Terms that are not in a list of exemptions. */
export const except = (probe: Probe, exempt: readonly string[] = []): readonly string[] =>
  probe.terms.filter((term) => !exempt.includes(term))

export { openProbe, probeBatch, withOptions }
