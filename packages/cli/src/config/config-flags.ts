import { resolve } from 'node:path'
import { UmbraError } from '@umbra/core'
import type { RawConfig } from './read-config.js'
import { setPath } from './set-path.js'

/** Flags of `train`, `compare` and `tune` that change the configuration; commander's names. */
export interface ConfigFlags {
  readonly name?: string
  readonly engine?: string
  readonly dataset?: string
  readonly data?: string
  readonly teacher?: readonly string[]
  readonly student?: string
  readonly methods?: string
  readonly hooks?: string
  readonly seeds?: string
  readonly epochs?: string
  readonly batch?: string
  readonly runs?: string
  readonly workers?: string
  readonly validation?: string
  readonly baselines?: boolean
  readonly set?: readonly string[]
}

/** The configuration with the flags over it. Paths in flags are meant from `cwd`. Throws UMBRA_USAGE. */
export function applyFlags(config: RawConfig, flags: ConfigFlags, cwd: string): RawConfig {
  let out: RawConfig = config
  const set = (path: string, value: unknown): void => void (out = setPath(out, path, value))
  if (flags.name !== undefined) set('name', flags.name)
  if (flags.engine !== undefined) set('engine', flags.engine)
  if (flags.dataset !== undefined && flags.dataset !== idOf(config.dataset)) {
    set('dataset', { id: flags.dataset })
  }
  if (flags.data !== undefined) set('dataset.options.path', resolve(cwd, flags.data))
  if (flags.teacher !== undefined) {
    set(
      'teachers',
      flags.teacher.map((text) => teacher(text, cwd)),
    )
  }
  if (flags.student !== undefined) set('student', { model: flags.student })
  if (flags.methods !== undefined) set('methods', chosen(list(flags.methods), config.methods))
  if (flags.hooks !== undefined) set('hooks', chosen(list(flags.hooks), config.hooks))
  if (flags.seeds !== undefined) {
    set(
      'seeds',
      list(flags.seeds).map((text) => number('seeds', text)),
    )
  }
  if (flags.epochs !== undefined) set('recipe.epochs', number('epochs', flags.epochs))
  if (flags.batch !== undefined) set('recipe.batch', number('batch', flags.batch))
  if (flags.runs !== undefined) set('runs', resolve(cwd, flags.runs))
  if (flags.workers !== undefined)
    set('executor', { id: 'workers', options: { workers: number('workers', flags.workers) } })
  if (flags.validation !== undefined) {
    const fraction = number('validation', flags.validation)
    set('validation', fraction === 0 ? false : { fraction })
  }
  if (flags.baselines === false) set('baselines', false)
  for (const text of flags.set ?? []) {
    const { key, value } = assignment('set', text)
    set(key, parsed(value))
  }
  return out
}

/** Methods or hooks by name, with the options the configuration gives to the entry of that label or id. */
function chosen(names: readonly string[], entries: unknown): unknown[] {
  const known: readonly unknown[] = Array.isArray(entries) ? entries : []
  return names.map(
    (name) =>
      known.find((entry) => labelOf(entry) === name) ?? known.find((entry) => idOf(entry) === name) ?? name,
  )
}

function teacher(text: string, cwd: string): unknown {
  const { key, value } = assignment('teacher', text)
  return { model: key, weights: resolve(cwd, value) }
}

function assignment(flag: string, text: string): { readonly key: string; readonly value: string } {
  const at = text.indexOf('=')
  if (at > 0 && at < text.length - 1) return { key: text.slice(0, at), value: text.slice(at + 1) }
  throw new UmbraError('UMBRA_USAGE', {
    subject: `--${flag}`,
    expected:
      flag === 'teacher' ? 'model=weights, as in resnet56=teacher.pt' : 'path=value, as in recipe.epochs=10',
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

/** JSON where it is JSON, else the text itself. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

const field = (entry: unknown, key: string): unknown =>
  typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>)[key] : undefined
const idOf = (entry: unknown): unknown => (typeof entry === 'string' ? entry : field(entry, 'id'))
const labelOf = (entry: unknown): unknown => field(entry, 'label') ?? idOf(entry)
