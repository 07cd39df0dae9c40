import { withCandidate } from './with-candidate.js'
import { isAbsolute, resolve } from 'node:path'
import { existsSync } from 'node:fs'
import { UmbraError } from '@umbra/core'
import { type Registry, chooseHooks, combineProblems } from '@umbra/core/trainer'
import { type Methods, createMethods } from './compose-method.js'
import type { ResolvedConfig } from './experiment-config.js'

/**
 * Checks everything in a configuration that can be checked without data: ids, options, numbers of teachers, files.
 * All problems are reported at once. Returns its methods, composed for every pair.
 */
export function checkConfig(registry: Registry, config: ResolvedConfig, baseDir: string): Methods {
  const problems: UmbraError[] = []
  const attempt = (action: () => unknown): void => {
    try {
      action()
    } catch (error) {
      if (!(error instanceof UmbraError)) throw error
      problems.push(error)
    }
  }
  const methods = createMethods(registry)
  attempt(() => registry.parse(registry.get('dataset', config.dataset.id), config.dataset.options))
  for (const pair of config.pairs) {
    const { student, teachers } = pair
    attempt(() => registry.parse(registry.get('model', student.model.id), student.model.options))
    for (const teacher of teachers) {
      attempt(() => registry.parse(registry.get('model', teacher.model.id), teacher.model.options))
      if ('weights' in teacher) attempt(() => requireFile(resolvePath(baseDir, teacher.weights)))
    }
    for (const entry of config.methods) attempt(() => methods.of(entry, pair))
  }
  for (const entry of config.methods)
    for (const [key, values] of Object.entries(entry.search ?? {}))
      for (const value of values) {
        const options = withCandidate(entry.options, { [key]: value })
        attempt(() => registry.parse(registry.get('method', entry.id), options))
      }
  problems.push(...settingProblems(config), ...hookProblems(registry, config))
  for (const { id, options } of config.sinks ?? [])
    attempt(() => registry.parse(registry.get('sink', id), options))
  // A problem that several pairs share is reported once.
  const distinct = problems.filter(
    ({ message }, i) => problems.findIndex((other) => other.message === message) === i,
  )
  const [first, ...others] = distinct
  if (first !== undefined) throw combineProblems('the configuration', [first, ...others])
  return methods
}

/** Settings that contradict each other. */
function settingProblems({ methods, validation, pairs }: ResolvedConfig): UmbraError[] {
  const problems: UmbraError[] = []
  const searched = methods.find(({ search }) => search !== undefined)
  if (searched !== undefined && validation === false)
    problems.push(
      new UmbraError('UMBRA_CONFIG', {
        subject: `search of method "${searched.label}"`,
        expected: 'validation images to choose with',
        received: 'validation turned off',
        remedy: 'Remove the setting `validation`: options are never chosen on the test set',
      }),
    )
  const pair = firstTwice(pairs.map(({ id }) => id))
  if (pair !== undefined)
    problems.push(
      new UmbraError('UMBRA_CONFIG', {
        subject: 'pairs',
        expected: 'a different id for each',
        received: `"${pair}" twice`,
      }),
    )
  const label = firstTwice(methods.map((method) => method.label))
  if (label !== undefined)
    problems.push(
      new UmbraError('UMBRA_CONFIG', {
        subject: 'methods',
        expected: 'a different label for each',
        received: `"${label}" twice`,
        remedy: 'Give one of them another label',
      }),
    )
  return problems
}

const firstTwice = (names: readonly string[]): string | undefined =>
  names.find((name, i) => names.indexOf(name) !== i)

/** Problems of the configured hooks. */
function hookProblems(registry: Registry, { hooks = [], validation }: ResolvedConfig): UmbraError[] {
  try {
    chooseHooks(registry, hooks)
  } catch (error) {
    if (error instanceof UmbraError) return [error]
    throw error
  }
  if (validation !== false) return []
  return hooks
    .filter(({ id }) => registry.get('hooks', id).needsValidation === true)
    .map(
      ({ id }) =>
        new UmbraError('UMBRA_CONFIG', {
          subject: `hooks "${id}"`,
          expected: 'images held out from training',
          received: 'validation turned off',
          remedy: 'Remove the setting `validation`, or these hooks',
        }),
    )
}

/** A path of the configuration, resolved against its folder. */
export const resolvePath = (baseDir: string, path: string): string =>
  isAbsolute(path) ? path : resolve(baseDir, path)

function requireFile(path: string): void {
  if (!existsSync(path))
    throw new UmbraError('UMBRA_FILE_MISSING', { subject: `weight file ${path}`, received: 'no such file' })
}
