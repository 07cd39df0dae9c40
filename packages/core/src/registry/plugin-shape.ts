import semver from 'semver'
import { z } from 'zod'
import { type UmbraError } from '../errors/umbra-error.js'
import { explainIssues } from '../options/explain-issues.js'

const fn = z.custom((value) => typeof value === 'function', 'It must be a function')
const text = z.string().min(1)

/** zod may be there twice: a plugin's schema is known by what it has, not by its class. */
const strictObjectSchema = z.custom((value) => {
  const schema = value as Partial<z.ZodObject> | null | undefined
  const def = schema?._zod?.def
  return typeof schema?.safeParse === 'function' && def?.type === 'object' && isNever(def.catchall)
}, 'It must be a schema made with z.strictObject, so that unknown options are errors')

const isNever = (schema: z.core.$ZodType | undefined): boolean =>
  (schema as z.core.$ZodTypes | undefined)?._zod.def.type === 'never'

const base = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  summary: text,
  options: strictObjectSchema,
}
/** Recipes write options beside the kind. */
const recipeOptions = strictObjectSchema.refine(
  (schema) => !('kind' in (schema as z.ZodObject).shape),
  'An option cannot be named kind: recipes name the definition so',
)
const optimiserOptions = recipeOptions.refine((schema) => {
  const lr = (schema as z.ZodObject).shape.lr as z.ZodType | undefined
  const rate = lr?.safeParse(undefined)
  return rate?.success === true && typeof rate.data === 'number' && rate.data > 0
}, 'An optimiser needs the option lr, a number > 0 with a default: the rate that schedules start from')
const paper = z.looseObject({ title: text, venue: text })

const definitionShape = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('method'),
    ...base,
    title: text,
    formula: z.string(),
    paper: paper.optional(),
    teachers: z.looseObject({ min: z.int().min(0), max: z.int().min(0).or(z.literal(Infinity)) }),
    objective: fn,
  }),
  z.looseObject({ kind: z.literal('softening'), ...base, create: fn }),
  z.looseObject({ kind: z.literal('enhancement'), ...base, create: fn }),
  z.looseObject({ kind: z.literal('weighting'), ...base, create: fn }),
  z.looseObject({
    kind: z.literal('optimiser'),
    ...base,
    options: optimiserOptions,
    paper: paper.optional(),
    create: fn,
  }),
  z.looseObject({
    kind: z.literal('schedule'),
    ...base,
    options: recipeOptions,
    paper: paper.optional(),
    create: fn,
  }),
  z.looseObject({
    kind: z.literal('metric'),
    ...base,
    title: text,
    paper: paper.optional(),
    better: z.enum(['higher', 'lower']),
    unit: z.enum(['fraction', 'number']),
    compute: fn,
  }),
  z.looseObject({ kind: z.literal('model'), ...base, build: fn, taps: z.record(z.string(), z.string()) }),
  z.looseObject({
    kind: z.literal('format'),
    ...base,
    extensions: z.array(z.string().regex(/^\.[a-z0-9.]+$/)).min(1),
    read: fn,
  }),
  z.looseObject({ kind: z.literal('dataset'), ...base, load: fn }),
  z.looseObject({ kind: z.literal('executor'), ...base, create: fn }),
  z.looseObject({ kind: z.literal('hooks'), ...base, needsValidation: z.boolean().optional(), create: fn }),
  z.looseObject({ kind: z.literal('sink'), ...base, byDefault: z.boolean().optional(), open: fn }),
  // The id is the name a family of published vectors gives itself, underscores included.
  z.looseObject({
    kind: z.literal('golden'),
    ...base,
    id: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
    evaluate: fn,
  }),
])

const pluginShape = z.looseObject({
  name: text,
  version: z.string().refine((value) => semver.valid(value) !== null, 'It must be a version such as 1.2.3'),
  contract: z.int().min(1),
  needs: z.array(z.string().regex(/^[a-z]+\/[a-z0-9][a-z0-9-]*$/)).optional(),
  provides: z.array(definitionShape),
  // What each of them must be depends on its name: see `hookProblems`.
  hooks: z.record(z.string(), z.unknown()).optional(),
  services: z.array(z.looseObject({ token: z.looseObject({ key: z.symbol() }), create: fn })).optional(),
})

/** What is wrong with a value that should be a plugin. `place` stands in for its name when it has none. */
export function shapeProblems(value: unknown, place: string): UmbraError[] {
  const result = pluginShape.safeParse(value)
  if (result.success) return []
  return explainIssues(pluginShape, value, result.error.issues, pluginSubject(value, place), {
    noun: 'field',
    wrong: 'UMBRA_PLUGIN_SHAPE',
    unknown: 'UMBRA_PLUGIN_SHAPE',
  })
}

function pluginSubject(value: unknown, place: string): string {
  const name = typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined
  return typeof name === 'string' && name !== '' ? `plugin "${name}"` : place
}
