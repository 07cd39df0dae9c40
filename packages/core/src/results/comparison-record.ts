import { z } from 'zod'
import { armResultSchema } from './arm-result.js'
import { metricEntrySchema } from './metric-figures.js'
import { evaluationSchema, figureSchema } from './evaluation-schema.js'

/**
 * Layout of a run folder and of the records in it. Raised with every change that an earlier version of this program would
 * misread, or that makes what an earlier version wrote unreadable.
 */
export const RUN_FORMAT = 3

const count = z.int().min(0)
const text = z.string()
const options = z.record(text, z.unknown())
const sized = z.object({ label: text, parameters: count })

/** Schema of `TeacherFigures`. */
export const teacherFiguresSchema = sized.extend({
  evaluation: evaluationSchema,
  /** `ece`, `meanTrueProbability`, `derivedAverage`, `derivedVariance`, `inherentVariance`, … */
  measures: z.record(text, figureSchema).exactOptional(),
})

const methodFiguresSchema = z.object({
  id: text,
  label: text,
  title: text.exactOptional(),
  options,
  /** How its options were chosen, where they were searched: trials on validation, best first. */
  search: z
    .object({
      strategy: text,
      trials: z.array(z.object({ options, epochs: z.number(), validation: figureSchema })).readonly(),
    })
    .exactOptional(),
  arms: z.array(armResultSchema).readonly(),
})

const pairFiguresSchema = z.object({
  /** `resnet56-resnet8`. */
  id: text,
  student: sized,
  teachers: z.array(teacherFiguresSchema).readonly(),
  methods: z.array(methodFiguresSchema).readonly(),
})

const environmentSchema = z.object({
  umbra: text,
  plugins: z.array(z.object({ name: text, version: text })).readonly(),
  engine: text,
  node: text,
  platform: text,
  processor: text,
  cores: count,
  memoryBytes: z.number(),
  gitRevision: text.exactOptional(),
})

/** Schema of `ComparisonRecord`: of `record.json`, null stands for a figure that is not a number. */
export const comparisonRecordSchema = z.object({
  format: z.literal(RUN_FORMAT),
  name: text,
  command: text,
  created: text,
  /** Wall time over all sessions that trained something, seconds. */
  seconds: figureSchema,
  dataset: z.object({
    id: text,
    classes: count,
    train: count,
    validation: count,
    test: count,
    sources: z.array(z.object({ name: text, sha256: text })).readonly(),
    credit: text.exactOptional(),
  }),
  recipe: options,
  /** Hooks chosen in the configuration, defaults filled in; absent where there are none. */
  hooks: z
    .array(z.object({ id: text, options }))
    .readonly()
    .exactOptional(),
  /** Metrics of the configuration, defaults filled in; absent where there are none. */
  metrics: z.array(metricEntrySchema).readonly().exactOptional(),
  seeds: z.array(z.number()).readonly(),
  pairs: z.array(pairFiguresSchema).readonly(),
  environment: environmentSchema,
})

/** A teacher of a pair and its dark-knowledge measures, means over the test set at temperature 1. */
export type TeacherFigures = Readonly<z.output<typeof teacherFiguresSchema>>
/** One method over its seeds. */
export type MethodFigures = Readonly<z.output<typeof methodFiguresSchema>>
/** One set of teachers and one student. */
export type PairFigures = Readonly<z.output<typeof pairFiguresSchema>>
/** Where and with what a run was made. */
export type RunEnvironment = Readonly<z.output<typeof environmentSchema>>
/** Everything a report of a comparison is made of; JSON, with no tensor and no path outside the run folder. */
export type ComparisonRecord = Readonly<z.output<typeof comparisonRecordSchema>>
