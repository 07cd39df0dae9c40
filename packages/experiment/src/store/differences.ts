import { isRecord } from '@umbra/core/trainer'
import { canonicalJson } from '@umbra/core/files'

/** Keys after which a schedule of the recipe ends elsewhere. */
const HORIZON = new Set(['recipe.epochs', 'recipe.batch'])

/** `recipe.optimiser.lr: 0.1 there, 0.05 here` for every path in which two JSON values differ. */
export function differences(there: unknown, here: unknown, path = ''): string[] {
  if (canonicalJson([there]) === canonicalJson([here])) return []
  if (isRecord(there) && isRecord(here)) {
    const keys = [...new Set([...Object.keys(there), ...Object.keys(here)])].sort()
    return keys.flatMap((key) => differences(there[key], here[key], path === '' ? key : `${path}.${key}`))
  }
  if (Array.isArray(there) && Array.isArray(here) && there.length === here.length)
    return there.flatMap((item, i) => differences(item, here[i], `${path}[${i}]`))
  const horizon = HORIZON.has(path) ? ', which moves the end of every schedule: that is another run' : ''
  return [`${path}: ${text(there)} there, ${text(here)} here${horizon}`]
}

function text(value: unknown): string {
  if (value === undefined) return 'none'
  const json = JSON.stringify(value)
  return json.length > 80 ? `${json.slice(0, 79)}…` : json
}
