import { z } from '@umbra/core'
import { nameSchema, seedsSchema } from './name.js'
import { sumAsMethod, sumShape } from './sum-entry.js'
import { type UmbraConfig, modelSchema, teacherSchema } from './experiment-config.js'

/** Shorter than other names: they are joined in the names of folders. */
const labelSchema = nameSchema.max(40)

const ladderSchema = z.strictObject({
  /** Name of the family in tables and plots. */
  family: labelSchema,
  /** In any order: capacity is the number of parameters. */
  teachers: z.array(teacherSchema).min(1),
  /** Teachers trained here are trained once with each of these seeds, which replace their own. */
  seeds: seedsSchema.optional(),
})

/** With the loss weights of the temperature arms, so that only the target differs. */
const enhanced = (enhancement: string) => ({
  id: 'enhanced',
  label: enhancement,
  options: { softening: 'shared', softeningOptions: { temperature: 4 }, enhancement } as Record<
    string,
    unknown
  >,
  teachers: 'all' as const,
})

const bare = (id: string) => ({
  id,
  label: id,
  options: {} as Record<string, unknown>,
  teachers: 'all' as const,
})

/** `ends`: only with the smallest and the largest teacher of each family. */
const whichTeachers = z.enum(['all', 'ends']).default('all')

const methodSchema = z.union([
  z.string().transform(bare),
  z
    .strictObject({
      id: z.string(),
      options: z.record(z.string(), z.unknown()).default({}),
      label: labelSchema.optional(),
      teachers: whichTeachers,
    })
    .transform((method) => ({ ...method, label: method.label ?? method.id })),
  // A sum of methods, as in a comparison.
  z
    .strictObject({ ...sumShape, label: labelSchema.optional(), teachers: whichTeachers })
    .transform(({ label, teachers, ...sum }) => {
      const method = sumAsMethod(sum)
      return { ...method, options: { ...method.options }, label: label ?? method.id, teachers }
    }),
])

const METHODS = ['ce', 'kd', 'ats', 'isats', 'dkd', 'dist', 'logit-standardisation', 'takd', 'eskd']

/** What `umbra study capacity` reads under `study`. */
export const studySchema = z.strictObject({
  ladders: z.array(ladderSchema).min(1),
  /** Models to train; empty to measure only. */
  students: z.array(modelSchema).default([]),
  /** Shared temperatures to train with; the best is chosen on validation images. */
  temperatures: z
    .array(z.number().positive())
    .min(1)
    .refine((values) => new Set(values).size === values.length, 'Each temperature is listed once')
    .default([1, 2, 4, 8]),
  /** Temperature at which the distinctness of teachers is compared. */
  temperature: z.number().positive().default(4),
  methods: z.array(methodSchema).default([...METHODS.map(bare), enhanced('power'), enhanced('match')]),
})

export type ResolvedStudy = z.output<typeof studySchema>
export type StudyMethod = ResolvedStudy['methods'][number]

/** What `umbra study` reads from `umbra.config.*`: a comparison's settings, with `study` in place of pairs and methods. */
export type StudyConfig = Omit<
  UmbraConfig,
  'student' | 'teachers' | 'pairs' | 'methods' | 'baselines' | 'search'
> & { readonly study: z.input<typeof studySchema> }

/** Gives the configuration file of a study its types. */
export const defineStudy = (config: StudyConfig): StudyConfig => config
