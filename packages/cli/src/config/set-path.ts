import { UmbraError } from '@umbra/core'

/**
 * A copy of `target` with `value` at a dotted path: `recipe.optimiser.lr`, `methods.0.options.temperature`. Missing parts
 * are created from `defaultOf` their path; a definition written as an id (`'kd'`) becomes `{ id: 'kd' }` when something is
 * set in it.
 */
export function setPath(
  target: unknown,
  path: string,
  value: unknown,
  defaultOf: (keys: readonly string[]) => unknown = () => undefined,
): Record<string, unknown> {
  const keys = path.split('.')
  if (keys.some((key) => key === '' || key === '__proto__')) throw bad(path, 'has an empty part')
  return set(target, keys, { value, path, defaultOf }) as Record<string, unknown>
}

interface Setting {
  readonly value: unknown
  readonly path: string
  readonly defaultOf: (keys: readonly string[]) => unknown
}

function set(
  written: unknown,
  keys: readonly string[],
  setting: Setting,
  above: readonly string[] = [],
): unknown {
  const [key, ...rest] = keys
  const { value, path, defaultOf } = setting
  if (key === undefined) return value
  const target = written ?? defaultOf(above)
  if (Array.isArray(target)) {
    const index = Number(key)
    if (!Number.isInteger(index) || index < 0 || index > target.length) {
      throw bad(path, `${key} is not an index of a list of ${target.length}`)
    }
    const copy: unknown[] = [...(target as unknown[])]
    copy[index] = set(copy[index], rest, setting, [...above, key])
    return copy
  }
  const base = typeof target === 'string' ? { id: target } : (target ?? {})
  if (typeof base !== 'object') throw bad(path, `${key} would be inside a ${typeof base}`)
  const record = base as Record<string, unknown>
  const inner = Object.hasOwn(record, key) ? record[key] : undefined
  return { ...record, [key]: set(inner, rest, setting, [...above, key]) }
}

const bad = (path: string, why: string): UmbraError =>
  new UmbraError('UMBRA_USAGE', {
    subject: `--set ${path}: ${why}`,
    expected: 'a dotted path in the configuration, for example recipe.optimiser.lr=0.1',
  })
