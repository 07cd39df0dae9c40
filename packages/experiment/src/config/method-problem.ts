import { UmbraError } from '@umbra/core'
import { failureOf } from '@umbra/core/trainer'
import type { MethodEntry } from './experiment-config.js'

type Named = Pick<MethodEntry, 'id' | 'label' | 'options'>

/** What a method threw, under its label; of a tap also under the option that names it. */
export function methodProblem(error: unknown, method: Named): UmbraError {
  const owner = `method "${method.label}"`
  if (!(error instanceof UmbraError)) {
    const { reason } = failureOf(error)
    return new UmbraError('UMBRA_METHOD', { subject: `${owner}: ${reason}`, cause: error })
  }
  const { subject } = error.facts
  const option = error.code === 'UMBRA_TAP_UNKNOWN' ? optionOfTap(subject, method.options) : undefined
  const place = option === undefined ? owner : `option "${option}" of ${owner}`
  // Most name their method themselves.
  if (option === undefined && subject.includes(`method "${method.id}"`)) return error
  return new UmbraError(error.code, { ...error.facts, subject: `${place}: ${subject}`, cause: error })
}

/** The option whose value is the tap that a message is about: `fitnet.teacherTaps[0]`. */
function optionOfTap(subject: string, options: Named['options']): string | undefined {
  const [, tap, of = ''] = /tap "([^"]*)" of (.*)/.exec(subject) ?? []
  if (tap === undefined) return undefined
  const paths = pathsTo(tap, options)
  const side = of.includes('teacher') ? /teacher/i : /student/i
  // An option with the same tap of the other side is not the one that is wrong.
  return paths.find((path) => side.test(path)) ?? paths[0]
}

function pathsTo(text: string, value: unknown, path = ''): string[] {
  if (value === text) return [path]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    pathsTo(text, inner, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
  )
}
