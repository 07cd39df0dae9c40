import { type Definition, type Plugin, z } from '@umbra/core'
import { canonicalJson } from '@umbra/core/files'
import { isRecord, recipeSchema } from '@umbra/core/trainer'
import { nameSchema, seedsSchema, shortName } from './name.js'
import { sumAsMethod, sumShape } from './sum-entry.js'

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

export const modelSchema = z.strictObject({
  model: named,
  /** Input normalisation, when the weights were trained with one other than the data set's. */
  normalisation: normalisationSchema.optional(),
})

export const teacherSchema = z.union([
  modelSchema.extend({
    /** A weight file of PyTorch or safetensors. */
    weights: z.string(),
    /** Place of the weights in a file that holds several: `state_dict_ema`. */
    key: z.string().min(1).optional(),
    /** Beginning of the names to load: `module.student`. One that all names share is found without it. */
    prefix: z.string().min(1).optional(),
  }),
  modelSchema.extend({
    /** Trained here with cross-entropy, once, and reused by later runs. */
    train: recipeSchema,
    seed: z.int().min(0).default(0),
  }),
])

/** A plugin or a definition; in the checked configuration its name, for what is written down. */
const pluginValue = z
  .custom<Plugin | Definition>((value) => isRecord(value) && ('provides' in value || 'kind' in value))
  .transform((value) => ('name' in value ? value.name : `${value.kind}/${value.id}`))

/** Values to choose from for each option: `{ temperature: [1, 2, 4, 8] }`. */
const searchSpace = z.record(z.string(), z.array(z.unknown()).min(1))

interface Entry {
  readonly id: string
  readonly options: Readonly<Record<string, unknown>>
  readonly label: string
  readonly search?: Readonly<Record<string, readonly unknown[]>> | undefined
}

const entryShape = {
  /** Name of the arm in tables; needed when a method is listed twice. */
  label: nameSchema.optional(),
  /** Options to choose on validation images; the others in `options` stay fixed. */
  search: searchSpace.optional(),
}

const methodEntry = z.union([
  z.string().transform((id): Entry => ({ id, options: {}, label: id })),
  z
    .strictObject({ id: z.string(), options: z.record(z.string(), z.unknown()).default({}), ...entryShape })
    .transform((m): Entry => ({ ...m, label: m.label ?? m.id })),
  // Several methods in one arm; `'ats+fitnet'` is the same with default options.
  z.strictObject({ ...sumShape, ...entryShape }).transform(({ label, search, ...sum }): Entry => {
    const method = sumAsMethod(sum)
    return { ...method, label: label ?? method.id, search }
  }),
])

const pairSchema = z.strictObject({
  /** Name in tables and folders; made from the models' ids by default. */
  id: nameSchema.optional(),
  student: modelSchema,
  teachers: z.array(teacherSchema).default([]),
})

/** Images held out from training. `false` or 0 trains on all images, without a learning curve and a best epoch. */
const validationSchema = z.union([
  z.literal(false),
  z.literal(0).transform(() => false as const),
  z
    .strictObject({
      /** A fraction of the training set, or a number of images; both keep the proportions of the classes. */
      fraction: z.number().positive().max(0.9).optional(),
      count: z.int().positive().optional(),
      seed: z.int().min(0).default(0),
    })
    .transform((split) =>
      split.fraction === undefined && split.count === undefined ? { ...split, fraction: 0.1 } : split,
    ),
])

const searchSchema = z.strictObject({
  strategy: z.enum(['grid', 'random', 'halving']).default('grid'),
  /** Combinations drawn by `random`, and by `halving` where there are more. */
  trials: z.int().positive().default(16),
  /** Epochs of a trial; of the last round with `halving`. The recipe's by default. */
  epochs: z.int().positive().optional(),
  /** Seeds of the trials, different from those of the comparison. */
  seeds: seedsSchema.default([1000]),
  /** `halving` keeps 1 of `eta` candidates a round and multiplies the epochs by `eta`. */
  eta: z.int().min(2).default(3),
})

const settings = z.strictObject({
  name: nameSchema.optional(),
  /** Further plugins: packages, paths, or values made by `definePlugin` and the other `define…` functions. */
  plugins: z.array(z.string().or(pluginValue)).default([]),
  engine: z.enum(['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu']).default('auto'),
  dataset: z.strictObject({
    id: z.string(),
    options: z.record(z.string(), z.unknown()).default({}),
    /** So many images of the training or test set, a share of each class; the limit alone says which. */
    trainLimit: z.int().positive().optional(),
    testLimit: z.int().positive().optional(),
  }),
  teachers: z.array(teacherSchema).default([]),
  /** Several students, each with its teachers, in place of `student` and `teachers`. */
  pairs: z.array(pairSchema).min(1).optional(),
  /** How teachers are computed on the tensorflow engine; bfloat16 is faster on processors that have it, and less exact. */
  teacherPrecision: z.enum(['float32', 'bfloat16']).default('float32'),
  student: modelSchema.optional(),
  methods: z.array(methodEntry).min(1),
  /** Whether `compare` adds `ce` and `kd` where they are not listed. */
  baselines: z.boolean().default(true),
  seeds: seedsSchema.default([0, 1, 2]),
  recipe: recipeSchema.prefault({}),
  validation: validationSchema.prefault({}),
  search: searchSchema.prefault({}),
  cohort: z
    .strictObject({
      /** Largest number of arms trained side by side; by default as many as fit in memory. */
      maxArms: z.int().positive().optional(),
    })
    .prefault({}),
  /** How cohorts are run: `in-process`, or `{ id: 'workers', options: { workers: 2 } }`. */
  executor: named.prefault('in-process'),
  /**
   * Threads of one operation of the tensorflow engine; their number changes the last bits of results. By default
   * fewer, the more arms are trained side by side; a resumed run keeps its number.
   */
  threads: z.int().positive().optional(),
  /** Hooks by id, in this order: `['ema', { id: 'early-stopping', options: { patience: 5 } }]`. They apply to students. */
  hooks: z.array(named).optional(),
  /** Figures of finished students beside accuracy and loss, by id: `['macro-f1', { id: 'ece', options: { bins: 10 } }]`. */
  metrics: z.array(named).optional(),
  /** Where events go in addition to the run folder's log; by default every sink that is on by default. */
  sinks: z.array(named).optional(),
  /** Folder of the run folders. */
  runs: z.string().default('runs'),
})

/** One student and its teachers. */
export interface PairConfig {
  readonly id: string
  readonly student: z.output<typeof modelSchema>
  readonly teachers: readonly z.output<typeof teacherSchema>[]
}

type Settings = z.output<typeof settings>

/**
 * What `umbra train`, `compare` and `tune` read from `umbra.config.*`: one pair as `student` and `teachers`, or several
 * as `pairs`. After resolving, `pairs` holds all of them, and `student` and `teachers` are those of the first.
 */
export const configSchema = settings.transform((values, context) => {
  const { student, pairs } = values
  const written = pairs ?? (student === undefined ? [] : [{ student, teachers: values.teachers }])
  const first = written[0]
  const fail = (path: string, message: string): never => {
    context.addIssue({ code: 'custom', message, path: [path] })
    return z.NEVER
  }
  if (first === undefined) return fail('student', 'A model to train is needed here, or pairs')
  if (pairs !== undefined && student !== undefined && !same(first, { student, teachers: values.teachers }))
    return fail('pairs', 'It replaces student and teachers: use one or the other')
  if (pairs !== undefined && student === undefined && values.teachers.length > 0)
    return fail('teachers', 'With pairs, list the teachers inside each pair')
  const { validation } = values
  if (validation !== false && validation.fraction !== undefined && validation.count !== undefined)
    return fail('validation', 'A fraction or a count, not both')
  return { ...values, student: first.student, teachers: first.teachers, pairs: withIds(written) }
})

const same = (pair: { readonly student: unknown; readonly teachers: unknown }, other: object): boolean =>
  canonicalJson({ student: pair.student, teachers: pair.teachers }) === canonicalJson(other)

/** `resnet56-resnet8`, followed by a number if the name is taken. */
function withIds(
  pairs: readonly (Omit<PairConfig, 'id'> & { readonly id?: string | undefined })[],
): PairConfig[] {
  const used = new Set(pairs.flatMap(({ id }) => id ?? []))
  return pairs.map((pair) => {
    if (pair.id !== undefined) return { ...pair, id: pair.id }
    const base = shortName([...pair.teachers, pair.student].map(({ model }) => model.id).join('-'))
    let id = base
    for (let i = 2; used.has(id); i++) id = `${base}-${i}`
    used.add(id)
    return { ...pair, id }
  })
}

export type UmbraConfig = z.input<typeof configSchema>
export type ResolvedConfig = Omit<Settings, 'student' | 'pairs'> & {
  readonly student: PairConfig['student']
  readonly teachers: PairConfig['teachers']
  readonly pairs: readonly PairConfig[]
}
export type TeacherConfig = ResolvedConfig['teachers'][number]
export type StudentConfig = ResolvedConfig['student']
export type SearchConfig = ResolvedConfig['search']
export type ValidationConfig = ResolvedConfig['validation']
export type SinkEntry = z.output<typeof named>
export type MethodEntry = ResolvedConfig['methods'][number]

/** Gives a configuration file its types. */
export const defineConfig = (config: UmbraConfig): UmbraConfig => config
