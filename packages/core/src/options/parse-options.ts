import type { z } from 'zod'
import { combineProblems } from '../errors/combine-problems.js'
import type { UmbraError } from '../errors/umbra-error.js'
import { explainIssues, type Wording } from './explain-issues.js'

const OPTIONS: Wording = { noun: 'option', wrong: 'UMBRA_OPTION', unknown: 'UMBRA_OPTION_UNKNOWN' }

/**
 * Checks options against their schema and fills in the defaults. `subject` is whose options they are: `method "kd"`.
 *
 * Throws UMBRA_OPTION_UNKNOWN (with the nearest key) or UMBRA_OPTION (with range and received value); several problems
 * come as one error, UMBRA_PROBLEMS when they are of different kinds. `wording` names other codes and another noun, for
 * what is not an option.
 */
export function parseOptions<S extends z.ZodType>(
  schema: S,
  input: unknown,
  subject: string,
  wording: Partial<Wording> = {},
): z.output<S> {
  const value = input === undefined ? {} : input
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const all = { ...OPTIONS, ...wording }
  const problems = explainIssues(schema, value, result.error.issues, subject, all)
  throw combined(subject, problems as [UmbraError, ...UmbraError[]])
}

function combined(subject: string, problems: readonly [UmbraError, ...UmbraError[]]): UmbraError {
  const [first] = problems
  const same = problems.every((problem) => problem.code === first.code)
  return combineProblems(subject, problems, same ? first.code : 'UMBRA_PROBLEMS')
}
