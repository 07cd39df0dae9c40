import { z } from 'zod'
import { recipeSchema } from './recipe.js'

/** A definition by id, with its options: `'kd'` or `{ id: 'kd', options: { temperature: 2 } }`. */
const named = z.union([
  z.string().transform((id) => ({ id, options: {} })),
  z.strictObject({ id: z.string(), options: z.record(z.string(), z.unknown()).default({}) }),
])

const normalisationSchema = z.strictObject({
  scale: z.number().positive().default(255),
  mean: z.array(z.number()).min(1),
  std: z.array(z.number().positive()).min(1),
})

const modelSchema = z.strictObject({
  model: named,
  /** Input normalisation, when the weights were trained with another than the data set's own. */
  normalisation: normalisationSchema.optional(),
})

const teacherSchema = z.union([
  modelSchema.extend({
    /** A weight file: `.safetensors`, `.pt` or `.th`. */
    weights: z.string(),
  }),
  modelSchema.extend({
    /** Trained here with cross-entropy, once, and reused by later runs. */
    train: recipeSchema,
    seed: z.int().min(0).default(0),
  }),
])

const methodEntry = z.union([
  z.string().transform((id) => ({ id, options: {}, label: id })),
  z
    .strictObject({
      id: z.string(),
      options: z.record(z.string(), z.unknown()).default({}),
      /** Name of the arm in tables, when a method stands twice. */
      label: z
        .string()
        .regex(/^[\w.+-]{1,64}$/)
        .optional(),
    })
    .transform((m) => ({ ...m, label: m.label ?? m.id })),
])

/** What `umbra train` and `umbra compare` read from `umbra.config.*`. */
export const configSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.+-]{1,80}$/)
    .optional(),
  /** Packages or paths of further plugins. */
  plugins: z.array(z.string()).default([]),
  engine: z.enum(['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu']).default('auto'),
  dataset: z.strictObject({
    id: z.string(),
    options: z.record(z.string(), z.unknown()).default({}),
    /** Only the first so many training or test images. */
    trainLimit: z.int().positive().optional(),
    testLimit: z.int().positive().optional(),
  }),
  teachers: z.array(teacherSchema).default([]),
  /** How teachers are computed on the tensorflow engine; bfloat16 is faster on processors that have it, and less exact. */
  teacherPrecision: z.enum(['float32', 'bfloat16']).default('float32'),
  student: modelSchema,
  methods: z.array(methodEntry).min(1),
  seeds: z.array(z.int().min(0)).min(1).default([0, 1, 2]),
  recipe: recipeSchema.prefault({}),
  /** Where events go beside the run folder's log; absent: every sink that is on by default. */
  sinks: z.array(named).optional(),
  /** Folder of the run folders. */
  runs: z.string().default('runs'),
})

export type UmbraConfig = z.input<typeof configSchema>
export type ResolvedConfig = z.output<typeof configSchema>
export type TeacherConfig = ResolvedConfig['teachers'][number]
export type StudentConfig = ResolvedConfig['student']
export type SinkEntry = z.output<typeof named>
export type MethodEntry = ResolvedConfig['methods'][number]

/** Gives a configuration file its types. */
export const defineConfig = (config: UmbraConfig): UmbraConfig => config
