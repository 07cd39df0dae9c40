import { UmbraError } from '@umbra/core'

const MAX_DEPTH = 100
/** Values in a configuration; one that is referred to several times counts each time. */
const MAX_VALUES = 200_000

/**
 * The value itself, if it is a tree of bounded depth and size, as everything that reads a configuration expects. Throws
 * UMBRA_CONFIG_FILE naming the setting that contains itself, lies too deep or grows too large by references.
 */
export function boundedValue<T>(value: T, subject: string): T {
  const fail = (path: string, received: string): never => {
    throw new UmbraError('UMBRA_CONFIG_FILE', {
      subject,
      expected: `a tree of at most ${MAX_VALUES} values, ${MAX_DEPTH} deep`,
      received: `${path === '' ? 'a value' : `"${path}"`} ${received}`,
    })
  }
  const open = new Set<object>()
  let values = 0
  const visit = (inner: unknown, path: string): void => {
    if (++values > MAX_VALUES) fail(path, `after ${MAX_VALUES} others, by references to the same values`)
    if (typeof inner !== 'object' || inner === null) return
    if (open.has(inner)) fail(path, 'that contains itself')
    if (open.size >= MAX_DEPTH) fail(path, `deeper than ${MAX_DEPTH}`)
    open.add(inner)
    for (const [key, item] of Object.entries(inner)) visit(item, path === '' ? key : `${path}.${key}`)
    open.delete(inner)
  }
  visit(value, '')
  return value
}
