import type { z } from 'zod'
import type { ErrorCode } from '../errors/codes.js'
import { nearest, suggestion } from '../errors/nearest.js'
import { UmbraError } from '../errors/umbra-error.js'
import { objectKeys, schemaAt, unionMembers, valueAtPath } from './schema-path.js'
import { ANY_TYPE, inSentence, typePhrase } from './type-phrase.js'

/** How a place in the value is called, and the codes of the two kinds of problem. */
export interface Wording {
  /** `option`, `key`, `field`. */
  readonly noun: string
  readonly wrong: ErrorCode
  readonly unknown: ErrorCode
}

type Issue = z.core.$ZodIssue
/** An issue that is about one place, with the schema and value against which its path counts. */
interface Located {
  readonly issue: Issue
  readonly schema: z.ZodType
  readonly value: unknown
  /** Path of `value` in the whole. */
  readonly base: readonly PropertyKey[]
}

/** What zod found, as errors that name the option, what it takes and what was there. */
export function explainIssues(
  schema: z.ZodType,
  options: unknown,
  issues: readonly Issue[],
  subject: string,
  wording: Wording,
): UmbraError[] {
  const located = issues.flatMap((issue) => locate({ issue, schema, value: options, base: [] }))
  const meant = new Set(located.flatMap(misspelt))
  return located
    .filter((place) => !meant.has(pathText(fullPath(place))) || !isMissing(place))
    .flatMap((place) =>
      place.issue.code === 'unrecognized_keys'
        ? unknownKeys(place, subject, wording)
        : [wrongValue(place, subject, wording)],
    )
}

/** Follows a failed union into the member that was most likely meant. */
function locate(place: Located): Located[] {
  const { issue, schema, value, base } = place
  if (issue.code !== 'invalid_union') return [place]
  const union = schemaAt(schema, value, issue.path, issue)
  if (union === undefined) return [place]
  const members = unionMembers(union)
  const candidates = issue.errors
    .map((issues, index) => ({ issues, member: members[index] }))
    .filter(
      ({ issues }) => issues.length > 0 && !issues.some((i) => i.path.length === 0 && OTHER_TYPE.has(i.code)),
    )
    .sort((a, b) => a.issues.length - b.issues.length)
  const [best] = candidates
  if (best?.member === undefined) return [place]
  const { member } = best
  const inner = { schema: member, value: valueAtPath(value, issue.path), base: [...base, ...issue.path] }
  return best.issues.flatMap((i) => locate({ issue: i, ...inner }))
}

// A union member that fails so did not expect this sort of value at all.
const OTHER_TYPE: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value'])

const fullPath = ({ base, issue }: Located): readonly PropertyKey[] => [...base, ...issue.path]
const isMissing = (place: Located): boolean => valueAtPath(place.value, place.issue.path) === undefined

/** Keys that an unknown key was meant to be: they are not also reported as missing. */
function misspelt(place: Located): string[] {
  const { issue } = place
  if (issue.code !== 'unrecognized_keys') return []
  const keys = knownKeys(place)
  return issue.keys.flatMap((key) => {
    const near = nearest(key, keys)
    return near === undefined ? [] : [pathText([...fullPath(place), near])]
  })
}

function knownKeys({ schema, value, issue }: Located): readonly string[] {
  const owner = schemaAt(schema, value, issue.path, issue)
  return owner === undefined ? [] : objectKeys(owner)
}

function unknownKeys(place: Located, subject: string, { noun, unknown }: Wording): UmbraError[] {
  const { issue } = place
  if (issue.code !== 'unrecognized_keys') return []
  const keys = knownKeys(place)
  return issue.keys.map(
    (key) =>
      new UmbraError(unknown, {
        subject: `unknown ${noun} "${pathText([...fullPath(place), key])}" of ${subject}`,
        remedy: suggestion(key, keys),
      }),
  )
}

function wrongValue(place: Located, subject: string, { noun, wrong }: Wording): UmbraError {
  const { issue, schema, value } = place
  const path = fullPath(place)
  const expected = expectation(schemaAt(schema, value, issue.path, issue), issue)
  return new UmbraError(wrong, {
    subject: path.length === 0 ? subject : `${noun} "${pathText(path)}" of ${subject}`,
    received: shown(valueAtPath(value, issue.path)),
    ...(expected === undefined ? { remedy: issue.message } : { expected }),
  })
}

function expectation(schema: z.ZodType | undefined, issue: Issue): string | undefined {
  if (issue.code === 'custom' && issue.message !== 'Invalid input')
    return issue.message.startsWith('expected ') ? issue.message.slice('expected '.length) : undefined
  if (issue.code === 'invalid_union' && 'options' in issue)
    return `one of ${issue.options.map((option) => JSON.stringify(option)).join(', ')}`
  const phrase = schema === undefined ? { type: ANY_TYPE } : typePhrase(schema)
  if (phrase.type !== ANY_TYPE) return inSentence(phrase)
  return issue.code === 'invalid_type' ? `a value of type ${issue.expected}` : undefined
}

/** `teachers[0].weights` */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '')
}

const LONGEST_SHOWN = 60

/** A value in an error message. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) {
    const text = JSON.stringify(value)
    return text.length <= LONGEST_SHOWN ? text : `a list of ${value.length}`
  }
  if (value === null) return 'null'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') return `a ${typeof value}`
  return JSON.stringify(value.length <= LONGEST_SHOWN ? value : `${value.slice(0, LONGEST_SHOWN)}…`)
}
