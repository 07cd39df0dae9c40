import { z } from 'zod'
import type { MethodLaws } from '../contracts/laws.js'
import { type MethodDefinition, defineMethod } from '../contracts/method.js'
import type { PartLookup } from '../contracts/parts.js'
import { UmbraError } from '../errors/umbra-error.js'
import { scheduledAtLeast } from '../schedules/schedule-bounds.js'
import type { Scheduled } from '../schedules/schedule.js'
import { uniqueNames } from '../util/unique-names.js'
import { checkObjective } from './check-objective.js'
import { sumLaws } from './sum-laws.js'
import { sumObjectives } from './sum-objectives.js'

/** Between the ids of the methods of a sum: `ats+fitnet`. */
export const SUM = '+'

/** The options of a sum, checked: those of each part under its name, and the weights. */
interface SumOptions {
  readonly labelWeight?: Scheduled
  readonly weights: Readonly<Record<string, Scheduled>>
}

/** Names of the parts of a sum: their ids, with a number behind one that stands there again. */
export const summandNames = (ids: readonly string[]): string[] => uniqueNames(ids)

/** Ids of the parts of a sum: of `ats+fitnet`, `ats` and `fitnet`. Throws UMBRA_SUM for an empty one. */
export function summandIds(sum: string): string[] {
  const ids = sum.split(SUM)
  if (ids.every((id) => id !== '')) return ids
  const named = ids.filter((id) => id !== '')
  throw new UmbraError('UMBRA_SUM', {
    subject: `sum of methods "${sum}"`,
    expected: `a method on both sides of each "${SUM}"`,
    received: 'an empty part',
    remedy: named.length === 0 ? 'Write it as ats+fitnet' : `Did you mean "${named.join(SUM)}"?`,
  })
}

/** Option of a sum that is not a part's: the factors of the parts. */
const WEIGHTS = 'weights'

/**
 * Several methods as one: `L = sum over parts of weight * L_part`, with the loss with the labels taken once. Options: those of
 * each part under its name (`{ ats: { tau1: 6 } }`), `weights` of whole parts, and `labelWeight`.
 *
 * Throws UMBRA_SUM for methods that cannot be added: those that train assistants first, those that replace the student, and
 * those that want different numbers of teachers, a method called `weights`, and fewer than two methods.
 */
export function sumMethod(parts: readonly MethodDefinition[]): MethodDefinition {
  const names = summandNames(parts.map(({ id }) => id))
  const named = parts.map((method, i) => ({ method, name: names[i] ?? method.id }))
  const id = parts.map((part) => part.id).join(SUM)
  return defineMethod({
    id,
    title: parts.map(({ title }) => title).join(' + '),
    summary: `The sum of ${names.join(', ')}, with the loss with the labels taken once.`,
    formula: `L = labelWeight * CE + ${names.map((name) => `weights.${name} * (the other terms of ${name})`).join(' + ')}`,
    teachers: commonTeachers(id, parts),
    laws: sumLaws(named.map(({ name, method }): [string, MethodLaws] => [name, method.laws ?? {}])),
    options: sumOptions(named),
    objective: (options, lookup) => addUp(named, options, lookup),
  })
}

interface NamedMethod {
  readonly name: string
  readonly method: MethodDefinition
}

function addUp(
  parts: readonly NamedMethod[],
  options: Readonly<Record<string, unknown>>,
  lookup: PartLookup,
): ReturnType<typeof sumObjectives> {
  // What the schema below has made.
  const { labelWeight, weights } = options as unknown as SumOptions
  return sumObjectives(
    parts.map(({ name, method }) => {
      const objective = method.objective(options[name] as Readonly<Record<string, unknown>>, lookup)
      checkObjective(objective, `method "${method.id}", part "${name}" of a sum`)
      return { name, method: method.id, objective, weight: weights[name] ?? 1 }
    }),
    labelWeight === undefined ? {} : { labelWeight },
  )
}

const sumOptions = (parts: readonly NamedMethod[]): z.ZodObject =>
  z.strictObject({
    ...Object.fromEntries(
      parts.map(({ name, method }) => [
        name,
        method.options.prefault({}).describe(`Options of ${method.id}`),
      ]),
    ),
    weights: z
      .strictObject(Object.fromEntries(parts.map(({ name }) => [name, scheduledAtLeast(0).default(1)])))
      .prefault({})
      .describe('Factor of all terms of a part, 0 or more, for each part'),
    labelWeight: scheduledAtLeast(0)
      .optional()
      .describe('Weight of the loss with the labels, 0 or more; left out, the sum of the parts’'),
  })

function commonTeachers(id: string, parts: readonly MethodDefinition[]): MethodDefinition['teachers'] {
  if (parts.length < 2) throw refusal(id, parts.length === 0 ? 'none' : `${id} alone`)
  for (const part of parts) {
    if (part.id === WEIGHTS)
      throw refusal(id, `a method "${WEIGHTS}", which is what the factors of the parts are called`)
    // Options of that name would be taken from every object's prototype.
    if (part.id in Object.prototype)
      throw refusal(id, `a method "${part.id}", whose options cannot be told apart`)
    if ('assistants' in part) throw refusal(id, `${part.id}, which trains assistants first`)
    if ('student' in part) throw refusal(id, `${part.id}, which replaces the student`)
  }
  const min = Math.max(...parts.map(({ teachers }) => teachers.min))
  const max = Math.min(...parts.map(({ teachers }) => teachers.max))
  if (min > max)
    throw refusal(id, `no number of teachers suits all of ${parts.map((part) => part.id).join(', ')}`)
  return { min, max }
}

const refusal = (id: string, received: string): UmbraError =>
  new UmbraError('UMBRA_SUM', {
    subject: `sum of methods "${id}"`,
    expected: 'methods that add terms to the loss of the same student, with the same teachers',
    received,
    remedy: 'List the method on its own',
  })
