import type { Tensor1D } from '@tensorflow/tfjs-core'
import type { DistillBatch, Objective, Prepared, TensorRecord, Terms } from '../contracts/objective.js'
import { UmbraError } from '../errors/umbra-error.js'
import { otherThanLabelLoss } from '../losses/label-loss.js'
import { productOfSchedules, sumOfSchedules } from '../schedules/combine-schedules.js'
import type { Scheduled } from '../schedules/schedule.js'
import { checkTerms } from './check-terms.js'
import { prefixed, withoutPrefix } from './prefixed.js'

/** One method of a sum. */
export interface Summand {
  /** Its name in terms, scalars and variables; unique in the sum. */
  readonly name: string
  /** The method's id: its variables start as they would in an arm of the method alone. */
  readonly method: string
  readonly objective: Objective
  /** Factor of all its terms. */
  readonly weight: Scheduled
}

/** What may be said of a sum as a whole. */
export interface SumOptions {
  /** Weight of the label term, in place of the sum of the parts'. */
  readonly labelWeight?: Scheduled
}

/** The term that the methods of a sum have in common: the loss with the labels. */
const LABEL_TERM = 'ce'

/**
 * The sum of objectives, `L = sum over parts of weight * L_part`. The term `ce`, the label loss, is computed once; the other
 * terms are named `<part>.<term>`, and so are scalars, feeds, variables and state.
 *
 * Throws UMBRA_SUM for a `labelWeight` where no part has the label term. When it is traced, throws UMBRA_TERMS for a part whose
 * `ce` is not `labelLoss` of the student's logits and the batch's target, and for a part that breaks its contract.
 */
export function sumObjectives(parts: readonly Summand[], options: SumOptions = {}): Objective {
  const summands = withPeers(parts)
  const peers = summands.reduce((sum, { peers: [from, to] }) => sum + to - from, 0)
  return Object.freeze<Objective>({
    weights: weightsOf(parts, options),
    scalars: merge(parts.map(({ name, objective }) => prefixed(name, objective.scalars))),
    ...(parts.some(({ objective }) => objective.labels === 'hard') ? { labels: 'hard' } : {}),
    taps: {
      student: union(parts.map(({ objective }) => objective.taps?.student)),
      teacher: union(parts.map(({ objective }) => objective.taps?.teacher)),
    },
    ...(peers === 0 ? {} : { peers }),
    feeds: (context) =>
      merge(
        parts.map(({ name, method, objective }) => {
          const stream = context.streamFor?.(method) ?? context.stream
          return prefixed(name, objective.feeds?.({ ...context, stream }))
        }),
      ),
    memory: (sizes) => parts.reduce((sum, { objective }) => sum + (objective.memory?.(sizes) ?? 0), 0),
    prepare: (shapes, seed, models, seedFor = () => seed) =>
      mergePrepared(
        parts.map(({ name, method, objective }) => {
          const made = objective.prepare?.(shapes, seedFor(method), models, seedFor)
          return { variables: prefixed(name, made?.variables), state: prefixed(name, made?.state) }
        }),
      ),
    terms: (batch, variables, state) =>
      mergeTerms(
        batch,
        summands.map((part) => ({ name: part.name, ...termsOf(part, batch, variables, state) })),
      ),
  })
}

interface WithPeers extends Summand {
  /** Which of the batch's peers are its own: from, to. */
  readonly peers: readonly [number, number]
}

function withPeers(parts: readonly Summand[]): WithPeers[] {
  let next = 0
  return parts.map((part) => {
    const from = next
    next += part.objective.peers ?? 0
    return { ...part, peers: [from, next] }
  })
}

/** Terms of one part, checked as those of an objective on its own. */
function termsOf(
  { name, objective, peers: [from, to] }: WithPeers,
  batch: DistillBatch,
  variables: TensorRecord,
  state: TensorRecord,
): Terms {
  const { step, progress } = batch.scalars
  const time = { ...(step === undefined ? {} : { step }), ...(progress === undefined ? {} : { progress }) }
  const ofPart = {
    ...batch,
    peers: batch.peers.slice(from, to),
    feeds: withoutPrefix(name, batch.feeds),
    scalars: { ...withoutPrefix(name, batch.scalars), ...time },
  }
  const result = objective.terms(ofPart, withoutPrefix(name, variables), withoutPrefix(name, state))
  const examples = batch.student.logits.shape[0]
  checkTerms(result, {
    weights: objective.weights,
    batch: examples,
    subject: `"${name}" in a sum of methods`,
  })
  return result
}

function weightsOf(parts: readonly Summand[], { labelWeight }: SumOptions): Record<string, Scheduled> {
  const weights = parts.map(({ name, objective, weight }) => ({
    name,
    terms: Object.entries(objective.weights).map(
      ([term, termWeight]) => [term, productOfSchedules(weight, termWeight)] as const,
    ),
  }))
  const label = weights.flatMap(({ terms }) =>
    terms.filter(([term]) => term === LABEL_TERM).map(([, value]) => value),
  )
  if (labelWeight !== undefined && label.length === 0)
    throw new UmbraError('UMBRA_SUM', {
      subject: 'labelWeight of a sum of methods',
      expected: `a method with the term "${LABEL_TERM}", the loss with the labels`,
      received: `none among ${parts.map(({ name }) => name).join(', ')}`,
      remedy: 'Remove labelWeight, or add the method ce',
    })
  return {
    ...(label.length === 0 ? {} : { [LABEL_TERM]: labelWeight ?? sumOfSchedules(label) }),
    ...merge(weights.map(({ name, terms }) => prefixed(name, withoutLabel(Object.fromEntries(terms))))),
  }
}

function mergeTerms(
  { student, target }: Pick<DistillBatch, 'student' | 'target'>,
  results: readonly (Terms & { readonly name: string })[],
): Terms {
  let label: Tensor1D | undefined
  for (const { name, terms } of results) {
    const term = terms[LABEL_TERM]
    if (term === undefined) continue
    const other = otherThanLabelLoss(term, student.logits, target)
    if (other !== undefined) throw notLabels(name, other)
    label ??= term
  }
  return {
    terms: {
      ...(label === undefined ? {} : { [LABEL_TERM]: label }),
      ...merge(results.map(({ name, terms }) => prefixed(name, withoutLabel(terms)))),
    },
    state: merge(results.map(({ name, state }) => prefixed(name, state))),
  }
}

const withoutLabel = <T>(terms: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(terms).filter(([name]) => name !== LABEL_TERM))

const notLabels = (name: string, received: string): UmbraError =>
  new UmbraError('UMBRA_TERMS', {
    subject: `"${name}" in a sum of methods`,
    expected: `a term "${LABEL_TERM}" that is the plain loss with the labels, labelLoss(student.logits, target), which all parts have in common`,
    received,
    remedy:
      'Leave the method out of the sum, set its options so that it takes the labels as they are, or name the term otherwise',
  })

const mergePrepared = (prepared: readonly Prepared[]): Prepared => ({
  variables: merge(prepared.map(({ variables }) => variables)),
  state: merge(prepared.map(({ state }) => state)),
})

const merge = <T>(records: readonly (Readonly<Record<string, T>> | undefined)[]): Record<string, T> =>
  Object.fromEntries(records.flatMap((record = {}) => Object.entries(record)))

const union = (lists: readonly (readonly string[] | undefined)[]): string[] => [
  ...new Set(lists.flatMap((list = []) => list)),
]
