import { withCandidate } from './with-candidate.js'
import { isAbsolute, resolve } from 'node:path'
import { existsSync } from 'node:fs'
import { UmbraError } from '@umbra/core'
import { type Registry, chooseHooks, combineProblems } from '@umbra/core/trainer'
import { type Methods, createMethods } from './compose-method.js'
import type { ResolvedConfig } from './experiment-config.js'
import { checkMetrics } from './check-metrics.js'
import { NAME_RULE, nameSchema, sameNames } from './name.js'

/**
 * Checks everything in a configuration that can be checked without data: ids, options, numbers of teachers, files.
 * All problems are reported at once, with those `found` before. Returns its methods, composed for every pair.
 */
export function checkConfig(
  registry: Registry,
  config: ResolvedConfig,
  baseDir: string,
  found: readonly UmbraError[] = [],
): Methods {
  const problems: UmbraError[] = [...found]
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
  attempt(() => checkMetrics(registry, config))
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
  problems.push(
    ...nameProblems(
      'pairs',
      'id',
      pairs.map(({ id }) => id),
    ),
  )
  const labels = methods.map((method) => method.label)
  problems.push(...nameProblems('methods', 'label', labels))
  if (problems.length > 0 || pairs.length === 1) return problems
  const joined = sameNames(pairs.flatMap(({ id }) => labels.map((label) => `${id}.${label}`)))
  if (joined !== undefined)
    problems.push(
      new UmbraError('UMBRA_CONFIG', {
        subject: 'pairs and methods',
        expected: 'a different name for each arm, made of the id of its pair and the label of its method',
        received: `two arms "${joined[0]}"`,
        remedy: 'Give a pair another id, or a method another label',
      }),
    )
  return problems
}

/** Names that are the same but for capital letters, or that cannot be the name of a folder. */
function nameProblems(subject: string, what: string, names: readonly string[]): UmbraError[] {
  const problem = (expected: string, received: string): UmbraError =>
    new UmbraError('UMBRA_CONFIG', {
      ...{ subject, expected, received },
      remedy: `Give one of them another ${what}`,
    })
  const same = sameNames(names)
  const twice =
    same === undefined
      ? []
      : [
          problem(
            `a different ${what} for each`,
            same[0] === same[1] ? `"${same[0]}" twice` : `"${same[0]}" and "${same[1]}"`,
          ),
        ]
  const invalid = names
    .filter((name) => !nameSchema.safeParse(name).success)
    .map((name) => problem(NAME_RULE, JSON.stringify(name)))
  return [...twice, ...invalid]
}

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
