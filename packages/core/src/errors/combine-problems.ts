import type { ErrorCode } from './codes.js'
import { UmbraError } from './umbra-error.js'

/** One error for several problems of `subject`, each on its own line; a single problem is returned as it is. */
export function combineProblems(
  subject: string,
  problems: readonly [UmbraError, ...UmbraError[]],
  code: ErrorCode = 'UMBRA_PROBLEMS',
): UmbraError {
  if (problems.length === 1) return problems[0]
  return new UmbraError(code, {
    subject: `${subject}: ${problems.length} problems`,
    problems: problems.map((problem) => problem.message),
  })
}
