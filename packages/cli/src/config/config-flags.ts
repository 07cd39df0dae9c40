import { SUM, omit } from '@umbra/core/trainer'
import { configSchema, studySchema } from '@umbra/experiment'
import { resolve } from 'node:path'
import { UmbraError } from '@umbra/core'
import { defaultAt } from './default-at.js'
import { boundedValue } from './bounded-value.js'
import { jsonOrText } from './json-or-text.js'
import { type Flagged, flagged, flaggedTeacher } from './model-flag.js'
import type { RawConfig } from './read-config.js'
import { setPath } from './set-path.js'

/** Flags of `train`, `compare` and `tune` that change the configuration, named as commander does. */
export interface ConfigFlags {
  readonly name?: string
  readonly engine?: string
  readonly dataset?: string
  readonly data?: string
  readonly teacher?: readonly string[]
  readonly student?: string
  readonly methods?: string
  readonly hooks?: string
  readonly metrics?: string
  readonly seeds?: string
  readonly epochs?: string
  readonly batch?: string
  readonly runs?: string
  readonly workers?: string
  readonly validation?: string
  readonly baselines?: boolean
  readonly set?: readonly string[]
}

/** The configuration with the flags applied. Paths in flags are resolved against `cwd`. Throws UMBRA_USAGE. */
export function applyFlags(config: RawConfig, flags: ConfigFlags, cwd: string): RawConfig {
  let out: RawConfig = config
  const set = (path: string, value: unknown): void => void (out = setPath(out, path, value))
  if (flags.name !== undefined) set('name', flags.name)
  if (flags.engine !== undefined) set('engine', flags.engine)
  if (flags.dataset !== undefined)
    set('dataset', definition(flagged('dataset', flags.dataset), config.dataset))
  if (flags.data !== undefined) set('dataset.options.path', resolve(cwd, flags.data))
  if (flags.teacher !== undefined) {
    set('teachers', teachers(flags.teacher, config.teachers, cwd))
  }
  if (flags.student !== undefined)
    set('student', withModel(flagged('student', flags.student), [config.student]))
  if (flags.methods !== undefined) set('methods', entriesNamed(list(flags.methods), config.methods))
  if (flags.hooks !== undefined) set('hooks', entriesNamed(list(flags.hooks), config.hooks))
  if (flags.metrics !== undefined) set('metrics', entriesNamed(list(flags.metrics), config.metrics))
  if (flags.seeds !== undefined) {
    set(
      'seeds',
      list(flags.seeds).map((text) => number('seeds', text)),
    )
  }
  if (flags.epochs !== undefined) set('recipe.epochs', number('epochs', flags.epochs))
  if (flags.batch !== undefined) set('recipe.batch', number('batch', flags.batch))
  if (flags.runs !== undefined) set('runs', resolve(cwd, flags.runs))
  if (flags.workers !== undefined) {
    const options = { workers: number('workers', flags.workers) }
    set('executor', definition({ id: 'workers', options }, config.executor))
  }
  if (flags.validation !== undefined) {
    const fraction = number('validation', flags.validation)
    const seed = field(config.validation, 'seed')
    set('validation', fraction === 0 ? false : { fraction, ...(seed === undefined ? {} : { seed }) })
  }
  if (flags.baselines === false) set('baselines', false)
  for (const text of flags.set ?? []) {
    const { key, value } = assignment('set', text)
    out = setPath(out, key, boundedValue(jsonOrText(value), `--set ${key}`), defaultOf)
  }
  return out
}

const defaultOf = ([first, ...rest]: readonly string[]): unknown =>
  first === undefined
    ? undefined
    : first === 'study'
      ? defaultAt(studySchema, rest)
      : defaultAt(configSchema, [first, ...rest])

/** A definition that a flag names: with the configuration's settings where that has the same one. */
function definition({ id, options }: Flagged, configured: unknown): unknown {
  const kept = idOf(configured) === id ? objectOf(configured) : {}
  const all = { ...objectOf(kept.options), ...options }
  return { ...kept, id, ...(Object.keys(all).length === 0 ? {} : { options: all }) }
}

/** An entry with the model that a flag names: the configuration's entry of that model, its options under those of the flag. */
function withModel(model: Flagged, entries: readonly unknown[]): Readonly<Record<string, unknown>> {
  const entry = entries.find((each) => idOf(field(each, 'model')) === model.id)
  return { ...objectOf(entry), model: definition(model, field(entry, 'model')) }
}

/** The teachers of flags. Two of one model take the settings of the configuration's entries of that model in their order. */
function teachers(texts: readonly string[], configured: unknown, cwd: string): unknown[] {
  let left: readonly unknown[] = Array.isArray(configured) ? configured : []
  return texts.map((text) => {
    const { weights, ...model } = flaggedTeacher('teacher', text)
    const match = left.find((entry) => idOf(field(entry, 'model')) === model.id)
    left = left.filter((entry) => entry !== match)
    return { ...omit(withModel(model, [match]), ['train', 'seed']), weights: resolve(cwd, weights) }
  })
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** Methods, hooks or metrics by name: the configuration's entry of that label or id, else the name itself. */
function entriesNamed(names: readonly string[], configured: unknown): unknown[] {
  const entries: readonly unknown[] = Array.isArray(configured) ? configured : []
  return names.map(
    (name) =>
      entries.find((entry) => labelOf(entry) === name) ??
      entries.find((entry) => idOf(entry) === name) ??
      name,
  )
}

function assignment(flag: string, text: string): { readonly key: string; readonly value: string } {
  const at = text.indexOf('=')
  if (at > 0 && at < text.length - 1) return { key: text.slice(0, at), value: text.slice(at + 1) }
  throw new UmbraError('UMBRA_USAGE', {
    subject: `--${flag}`,
    expected: 'path=value, for example recipe.epochs=10',
    received: `"${text}"`,
  })
}

function number(flag: string, text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new UmbraError('UMBRA_USAGE', { subject: `--${flag}`, expected: 'a number', received: `"${text}"` })
}

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const field = (entry: unknown, key: string): unknown =>
  typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>)[key] : undefined
/** The id of an entry; that of a sum, `{ of: [...] }`, is made of its parts: `ats+fitnet`. */
const idOf = (entry: unknown): unknown => {
  if (typeof entry === 'string') return entry
  const parts = field(entry, 'of')
  return Array.isArray(parts) ? parts.map(idOf).join(SUM) : field(entry, 'id')
}
const labelOf = (entry: unknown): unknown => field(entry, 'label') ?? idOf(entry)
