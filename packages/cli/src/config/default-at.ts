import type { z } from '@umbra/core'

/**
 * What a setting is where a configuration does not write it: `{ kind: 'sgd' }` at `recipe.optimiser`. Undefined where the
 * schema has no default, or no such setting.
 */
export function defaultAt(schema: z.ZodType, keys: readonly string[]): unknown {
  const { def } = (schema as unknown as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'default':
    case 'prefault':
      return keys.length === 0 ? def.defaultValue : defaultAt(def.innerType as z.ZodType, keys)
    case 'optional':
    case 'nullable':
    case 'readonly':
      return defaultAt(def.innerType as z.ZodType, keys)
    case 'pipe':
      return defaultAt(def.in as z.ZodType, keys)
    case 'union':
      return firstDefault(def.options as readonly z.ZodType[], keys)
    case 'object':
    case 'array':
      return inside(def, keys)
    default:
      return undefined
  }
}

function inside(def: z.core.$ZodObjectDef | z.core.$ZodArrayDef, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return undefined
  const inner = def.type === 'array' ? def.element : def.shape[key]
  return inner === undefined ? undefined : defaultAt(inner as z.ZodType, rest)
}

const firstDefault = (members: readonly z.ZodType[], keys: readonly string[]): unknown =>
  members.map((member) => defaultAt(member, keys)).find((value) => value !== undefined)
