import type { z } from 'zod'

type Path = readonly PropertyKey[]

/** The issue whose schema is looked for: unions are followed into the member that reported it. */
export interface IssueKey {
  readonly code: string
  /** The keys of an `unrecognized_keys` issue. */
  readonly keys?: readonly string[]
}

const internals = (schema: z.ZodType): z.core.$ZodTypes => schema as unknown as z.core.$ZodTypes

/** Takes defaults, optionals, transforms and the like off a schema. */
function unwrapSchema(schema: z.ZodType): z.ZodType {
  const { def } = internals(schema)._zod
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'prefault':
    case 'nullable':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return unwrapSchema(def.innerType as z.ZodType)
    case 'lazy':
      return unwrapSchema(def.getter() as z.ZodType)
    case 'pipe': {
      const before = def.in as z.ZodType
      return unwrapSchema(internals(before)._zod.def.type === 'transform' ? (def.out as z.ZodType) : before)
    }
    default:
      return schema
  }
}

/** Members of a union; none for anything else. */
export function unionMembers(schema: z.ZodType): readonly z.ZodType[] {
  const { def } = internals(unwrapSchema(schema))._zod
  return def.type === 'union' ? (def.options as readonly z.ZodType[]) : []
}

/** Keys of an object schema; none for anything else. */
export function objectKeys(schema: z.ZodType): readonly string[] {
  const { def } = internals(unwrapSchema(schema))._zod
  return def.type === 'object' ? Object.keys(def.shape) : []
}

/** The schema that an issue at `path` of `value` is about. */
export function schemaAt(
  schema: z.ZodType,
  value: unknown,
  path: Path,
  issue: IssueKey,
): z.ZodType | undefined {
  const bare = unwrapSchema(schema)
  const { def } = internals(bare)._zod
  if (def.type === 'union' && (path.length > 0 || issue.code === 'unrecognized_keys')) {
    const member = reporter(def.options as readonly z.ZodType[], value, path, issue)
    return member === undefined ? undefined : schemaAt(member, value, path, issue)
  }
  const [key, ...rest] = path
  if (key === undefined) return schema
  const inner = child(def, key)
  return inner === undefined ? undefined : schemaAt(inner, valueAtPath(value, [key]), rest, issue)
}

/** The part of a value at a path. */
export function valueAtPath(value: unknown, path: Path): unknown {
  let here = value
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined
    here = (here as Record<PropertyKey, unknown>)[key]
  }
  return here
}

/** The member that reports an issue; of several the one that has least against the value, which was most likely meant. */
function reporter(
  members: readonly z.ZodType[],
  value: unknown,
  path: Path,
  issue: IssueKey,
): z.ZodType | undefined {
  const sought = keyOf(path, issue)
  return members
    .map((member) => ({ member, issues: member.safeParse(value).error?.issues ?? [] }))
    .filter(({ issues }) => issues.some((i) => keyOf(i.path, i) === sought))
    .sort((a, b) => a.issues.length - b.issues.length)[0]?.member
}

const keyOf = (path: Path, { code, keys = [] }: IssueKey): string =>
  JSON.stringify([code, path.map(String), keys])

function child(def: z.core.$ZodTypes['_zod']['def'], key: PropertyKey): z.ZodType | undefined {
  switch (def.type) {
    case 'object':
      return (def.shape[String(key)] ?? def.catchall) as z.ZodType | undefined
    case 'array':
      return def.element as z.ZodType
    case 'record':
      return def.valueType as z.ZodType
    case 'tuple':
      return def.items[Number(key)] as z.ZodType | undefined
    default:
      return undefined
  }
}
