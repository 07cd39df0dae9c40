import { z } from 'zod'

/** A type in words: `number`, with the range that narrows it: `> 0 and <= 1`. */
export interface TypePhrase {
  readonly type: string
  readonly range?: string
}

/** What a schema accepts, in words. */
export function typePhrase(schema: z.ZodType): TypePhrase {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return phraseOf(root, root, 0)
}

/** The same as part of a sentence: `a number > 0`, `text`, `an integer or null`. */
export function inSentence({ type, range }: TypePhrase): string {
  const named = type
    .split(' or ')
    .map((part) => (TYPES_WITH_ARTICLE.test(part) ? `${/^[aeio]/.test(part) ? 'an' : 'a'} ${part}` : part))
    .join(' or ')
  return range === undefined ? named : `${named} ${range}`
}

/** The name zod gives to what it cannot describe. */
export const ANY_TYPE = 'value'

type Json = z.core.JSONSchema.JSONSchema
// Everything but the phrases that are already whole: text, true, false, null, "literals", one of ..., and those that have one.
const TYPES_WITH_ARTICLE = /^(?!text|true|false|null|"|\d|-|one of|an? )/
const DEEPEST = 6

function phraseOf(json: Json, root: Json, depth: number): TypePhrase {
  const within = (inner: Json): TypePhrase => phraseOf(inner, root, depth + 1)
  if (depth > DEEPEST) return { type: ANY_TYPE }
  if (json.title !== undefined) return { type: json.title }
  if (json.$ref !== undefined) return within(target(json.$ref, root))
  if (json.const !== undefined) return { type: JSON.stringify(json.const) }
  if (json.enum !== undefined) return { type: oneOf(json.enum) }
  const alternatives = json.anyOf ?? json.oneOf
  if (alternatives !== undefined) return alternativesPhrase(alternatives, within)
  if (json.allOf?.[0] !== undefined) return within(json.allOf[0])
  // Draft 2020-12 allows a list of types, which zod uses for nullable ones.
  const types: unknown = json.type
  if (Array.isArray(types)) {
    return alternativesPhrase(
      types.map((type: NonNullable<Json['type']>) => ({ ...json, type })),
      within,
    )
  }
  switch (json.type) {
    case 'number':
    case 'integer':
      return ranged(json.type, numberRange(json))
    case 'string':
      return ranged('text', textRange(json))
    case 'boolean':
      return { type: 'true or false' }
    case 'null':
      return { type: 'null' }
    case 'array':
      return listPhrase(json, within)
    case 'object':
      return { type: 'object' }
    default:
      return { type: ANY_TYPE }
  }
}

const ranged = (type: string, range: string): TypePhrase => (range === '' ? { type } : { type, range })

function target(ref: string, root: Json): Json {
  const name = ref.replace(/^#\/\$defs\//, '')
  return ref === '#' ? root : (root.$defs?.[name] ?? {})
}

const oneOf = (values: readonly unknown[]): string => {
  const shown = values.map((value) => JSON.stringify(value)).join(', ')
  return values.length === 1 ? shown : `one of ${shown}`
}

function alternativesPhrase(options: readonly Json[], within: (json: Json) => TypePhrase): TypePhrase {
  const phrases = options.map(within)
  if (options.every((option) => option.const !== undefined))
    return { type: oneOf(options.map((o) => o.const)) }
  const key = discriminator(options)
  if (key !== undefined) {
    const values = options.map((option) => (option.properties?.[key] as Json).const)
    return { type: `object with "${key}" ${oneOf(values)}` }
  }
  const texts = new Set(phrases.map((p) => (p.range === undefined ? p.type : `${p.type} ${p.range}`)))
  return { type: [...texts].join(' or ') }
}

function discriminator(options: readonly Json[]): string | undefined {
  const keys = Object.keys(options[0]?.properties ?? {})
  return keys.find((key) =>
    options.every((option) => (option.properties?.[key] as Json | undefined)?.const !== undefined),
  )
}

function numberRange(json: Json): string {
  const bounds: string[] = []
  if (json.exclusiveMinimum !== undefined) bounds.push(`> ${json.exclusiveMinimum}`)
  if (json.minimum !== undefined && json.minimum !== Number.MIN_SAFE_INTEGER)
    bounds.push(`>= ${json.minimum}`)
  if (json.exclusiveMaximum !== undefined) bounds.push(`< ${json.exclusiveMaximum}`)
  if (json.maximum !== undefined && json.maximum !== Number.MAX_SAFE_INTEGER)
    bounds.push(`<= ${json.maximum}`)
  if (json.multipleOf !== undefined) bounds.push(`a multiple of ${json.multipleOf}`)
  return bounds.join(' and ')
}

function textRange(json: Json): string {
  if (json.pattern !== undefined) return `matching /${json.pattern}/`
  if (json.format !== undefined) return `in the form of ${json.format}`
  const bounds: string[] = []
  if (json.minLength !== undefined) bounds.push(`at least ${json.minLength}`)
  if (json.maxLength !== undefined) bounds.push(`at most ${json.maxLength}`)
  return bounds.length === 0 ? '' : `of ${bounds.join(' and ')} characters`
}

const PLURALS: Readonly<Record<string, string>> = {
  number: 'numbers',
  integer: 'integers',
  text: 'texts',
  object: 'objects',
}

function listPhrase(json: Json, within: (json: Json) => TypePhrase): TypePhrase {
  if (json.prefixItems !== undefined) return { type: `list of ${json.prefixItems.length} values` }
  const item = json.items === undefined || Array.isArray(json.items) ? {} : (json.items as Json)
  const { type, range } = within(item)
  const parts = [PLURALS[type] ?? `values, each ${inSentence({ type })}`]
  if (type === ANY_TYPE) parts[0] = 'values'
  if (range !== undefined) parts.push(range)
  const bounds: string[] = []
  if (json.minItems !== undefined) bounds.push(`at least ${json.minItems}`)
  if (json.maxItems !== undefined) bounds.push(`at most ${json.maxItems}`)
  const noun = (json.maxItems ?? json.minItems) === 1 ? 'entry' : 'entries'
  return ranged(
    `list of ${parts.join(' ')}`,
    bounds.length === 0 ? '' : `with ${bounds.join(' and ')} ${noun}`,
  )
}
