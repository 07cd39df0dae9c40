import { z } from 'zod'
import { UmbraError } from '../errors/umbra-error.js'

/** Entries an array may have. */
const MOST_ENTRIES = 10_000_000
/** Cases a file may have. */
const MOST_CASES = 10_000

const NON_FINITE = { NaN, Infinity, '-Infinity': -Infinity } as const

/** A number, or one of the strings that stand for what JSON cannot say. */
const numberSchema: z.ZodType<number> = z
  .union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])
  .transform((value): number => (typeof value === 'number' ? value : NON_FINITE[value]))

const arraySchema = z
  .strictObject({
    shape: z.array(z.int().min(0)).max(8),
    data: z.array(numberSchema).max(MOST_ENTRIES),
  })
  .refine(({ shape, data }) => data.length === shape.reduce((size, side) => size * side, 1), {
    error: 'as many entries in "data" as "shape" says',
  })

const outputsSchema = z.looseObject({
  loss: numberSchema.optional(),
  loss_float32: numberSchema.optional(),
  grads: z.record(z.string(), arraySchema.nullable()).optional(),
})

const recordSchema = z.looseObject({
  method: z.string().min(1),
  id: z.string().min(1),
  name: z.string().default(''),
  check: z.enum(['loss+grads', 'loss', 'outputs', 'none']),
  layout: z.literal('NCHW').optional(),
  note: z.string().optional(),
  hyper: z.record(z.string(), z.unknown()).default({}),
  inputs: z.record(z.string(), arraySchema).default({}),
  labels: z.array(z.int().min(0)).max(MOST_ENTRIES).nullish(),
  outputs: outputsSchema,
})

/** One case of a file in the golden format, checked but otherwise as it stands there. */
export type GoldenRecord = z.output<typeof recordSchema>

/** A value of `outputs`, however deep it lies: a scalar has an empty shape. */
export interface PublishedValue {
  readonly key: string
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

/** Checks one case. Throws UMBRA_FILE_CORRUPT that names the case and the first thing wrong with it. */
export function parseGoldenRecord(value: unknown, subject: string): GoldenRecord {
  const result = recordSchema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new UmbraError('UMBRA_FILE_CORRUPT', {
    subject: `${subject}${labelOf(value)}`,
    expected: 'a case in the golden format',
    // A failed parse has at least one issue.
    received: `${issue!.path.map(String).join('.') || 'the case'}: ${issue!.message}`,
  })
}

/** The cases of a file's text. Throws UMBRA_FILE_CORRUPT where it is not a list of sound cases with ids of their own. */
export function parseGoldenFile(text: string, path: string): readonly GoldenRecord[] {
  const corrupt = (expected: string, received: string, cause?: unknown) =>
    new UmbraError('UMBRA_FILE_CORRUPT', { subject: path, expected, received, cause })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw corrupt('JSON', (error as Error).message, error)
  }
  if (!Array.isArray(value)) throw corrupt('a list of cases', typeof value)
  if (value.length > MOST_CASES) throw corrupt(`at most ${MOST_CASES} cases`, String(value.length))
  const records = value.map((entry, i) => parseGoldenRecord(entry, `${path}, case ${i + 1}`))
  const seen = new Set<string>()
  for (const { id } of records) {
    if (seen.has(id)) throw corrupt('an id of its own for each case', `"${id}" twice`)
    seen.add(id)
  }
  return records
}

/**
 * Numbers of `outputs` by flat names: those of `terms` and `extra` under their names, nested ones with a dot
 * (`mean.derived_std`); gradients and `loss_float32` are left out, and so is text.
 */
export function publishedValues({ outputs }: GoldenRecord): readonly PublishedValue[] {
  const aside = ['grads', 'loss_float32', 'terms', 'extra']
  const rest = Object.fromEntries(Object.entries(outputs).filter(([key]) => !aside.includes(key)))
  return [...flat(rest, ''), ...flat(outputs.terms, ''), ...flat(outputs.extra, '')]
}

function flat(value: unknown, key: string): PublishedValue[] {
  // The loss is read already, and a schema of numbers refuses NaN.
  if (typeof value === 'number') return [{ key, shape: [], data: [value] }]
  const number = numberSchema.safeParse(value)
  if (number.success) return [{ key, shape: [], data: [number.data] }]
  const list = z.array(numberSchema).min(1).safeParse(value)
  if (list.success) return [{ key, shape: [list.data.length], data: list.data }]
  const rows = z.array(z.array(numberSchema).min(1)).min(1).safeParse(value)
  const width = rows.data?.[0]?.length
  if (width !== undefined && rows.data?.every((row) => row.length === width) === true)
    return [{ key, shape: [rows.data.length, width], data: rows.data.flat() }]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  const array = arraySchema.safeParse(value)
  if (array.success) return [{ key, ...array.data }]
  return Object.entries(value).flatMap(([name, inner]) => flat(inner, key === '' ? name : `${key}.${name}`))
}

function labelOf(value: unknown): string {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  return typeof id === 'string' ? ` ("${id.slice(0, 60)}")` : ''
}
