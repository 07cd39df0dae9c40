import { SUM, summandNames } from '@umbra/core/trainer'
import type { StudyMethod } from '@umbra/experiment'

type Options = Readonly<Record<string, unknown>>

/** A method with its options completed; of a sum, those of each of its parts. */
export function withParts(
  method: StudyMethod,
  complete: (id: string, options: Options) => Options,
): StudyMethod {
  const ids = method.id.split(SUM)
  if (ids.length === 1) return { ...method, options: { ...complete(method.id, method.options) } }
  const names = summandNames(ids)
  const parts = ids.map((id, i) => {
    const name = names[i] ?? id
    return [name, complete(id, (method.options[name] ?? {}) as Options)] as const
  })
  return { ...method, options: { ...method.options, ...Object.fromEntries(parts) } }
}
