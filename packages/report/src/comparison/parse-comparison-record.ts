import type { ComparisonRecord } from '@umbra/core/trainer'
import { UmbraError, z } from '@umbra/core'

// JSON has no NaN: a figure that was not a number is null in the file.
const figure = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN)
const whole = z.int().min(0)
const text = z.string()
const figures = z.record(text, figure)
const options = z.record(text, z.json())

const evaluation = z.object({ top1: figure, top5: figure, loss: figure, samples: whole })

const epoch = z.object({
  epoch: whole,
  train: z.object({ loss: figure, accuracy: figure, terms: figures, weights: figures.exactOptional() }),
  validation: evaluation.exactOptional(),
  average: evaluation.exactOptional(),
})

const arm = z.object({
  seed: z.number(),
  status: z.enum(['finished', 'failed']),
  failed: z.object({ code: text, reason: text, epoch: whole.exactOptional() }).exactOptional(),
  last: evaluation.exactOptional(),
  best: z.object({ epoch: whole, validation: evaluation, test: evaluation }).exactOptional(),
  average: evaluation.exactOptional(),
  stopped: z.object({ epoch: whole, reason: text }).exactOptional(),
  history: z.array(epoch),
  seconds: figure,
  ownSeconds: figure.exactOptional(),
  imagesPerSecond: figure,
})

const method = z.object({
  id: text,
  label: text,
  title: text.exactOptional(),
  options,
  search: z
    .object({
      strategy: text,
      trials: z.array(z.object({ options, epochs: z.number(), validation: figure })),
    })
    .exactOptional(),
  arms: z.array(arm),
})

const pair = z.object({
  id: text,
  student: z.object({ label: text, parameters: whole }),
  teachers: z.array(
    z.object({ label: text, parameters: whole, evaluation, measures: figures.exactOptional() }),
  ),
  methods: z.array(method),
})

const record = z.object({
  name: text,
  command: text,
  created: text,
  seconds: figure,
  dataset: z.object({
    id: text,
    classes: whole,
    train: whole,
    validation: whole,
    test: whole,
    sources: z.array(z.object({ name: text, sha256: text })),
    credit: text.exactOptional(),
  }),
  recipe: options,
  hooks: z.array(z.object({ id: text, options })).exactOptional(),
  seeds: z.array(z.number()),
  pairs: z.array(pair),
  environment: z.object({
    umbra: text,
    plugins: z.array(z.object({ name: text, version: text })),
    engine: text,
    node: text,
    platform: text,
    processor: text,
    cores: whole,
    memoryBytes: z.number(),
    gitRevision: text.exactOptional(),
  }),
})

/**
 * The record of a comparison from the text of its file. Keys it does not know are left out, and null stands for a figure
 * that was not a number. Throws UMBRA_FILE_CORRUPT, naming `source` and the first thing wrong with it.
 */
export function parseComparisonRecord(json: string, source: string): ComparisonRecord {
  const corrupt = (received: string, cause?: unknown) =>
    new UmbraError('UMBRA_FILE_CORRUPT', {
      subject: source,
      expected: 'the record of a comparison',
      received,
      cause,
    })
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (cause) {
    throw corrupt('no JSON', cause)
  }
  const result = record.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw corrupt(`${issue!.path.map(String).join('.') || 'the record'}: ${issue!.message}`)
}
