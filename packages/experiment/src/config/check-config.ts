import { isAbsolute, resolve } from 'node:path'
import { existsSync } from 'node:fs'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type Assistant, type ModelChoice, type Objective, UmbraError } from '@umbra/core'
import { type Registry, chooseHooks, combineProblems } from '@umbra/core/trainer'
import type { MethodEntry, PairConfig, ResolvedConfig } from './experiment-config.js'

/** A method of the configuration, checked and composed. */
export interface ComposedMethod {
  readonly entry: MethodEntry
  readonly options: unknown
  readonly createObjective: () => Objective
  readonly createAssistants: (student: ModelChoice) => readonly Assistant[]
  /** The student to be trained in place of the one built; the same one for most methods. */
  readonly wrapStudent: (student: LayersModel, teachers: readonly LayersModel[]) => LayersModel
}

/**
 * Checks everything of a configuration that can be known without data: ids, options, numbers of teachers, files.
 * All problems are reported at once. Returns the methods for the first pair.
 */
export function checkConfig(registry: Registry, config: ResolvedConfig, baseDir: string): ComposedMethod[] {
  const problems: UmbraError[] = []
  const attempt = <T>(action: () => T): T | undefined => {
    try {
      return action()
    } catch (error) {
      if (!(error instanceof UmbraError)) throw error
      problems.push(error)
      return undefined
    }
  }
  attempt(() => registry.parse(registry.get('dataset', config.dataset.id), config.dataset.options))
  const prepared: (ComposedMethod | undefined)[] = []
  for (const pair of config.pairs) {
    const { student, teachers } = pair
    attempt(() => registry.parse(registry.get('model', student.model.id), student.model.options))
    for (const teacher of teachers) {
      attempt(() => registry.parse(registry.get('model', teacher.model.id), teacher.model.options))
      if ('weights' in teacher) attempt(() => requireFile(resolvePath(baseDir, teacher.weights)))
    }
    const own = config.methods.map((entry) => attempt(() => composeMethod(registry, entry, pair)))
    if (prepared.length === 0) prepared.push(...own)
  }
  for (const entry of config.methods)
    for (const [key, values] of Object.entries(entry.search ?? {}))
      for (const value of values) {
        const options = { ...entry.options, [key]: value }
        attempt(() => registry.parse(registry.get('method', entry.id), options))
      }
  for (const problem of settingProblems(config)) problems.push(problem)
  for (const problem of hookProblems(registry, config)) problems.push(problem)
  for (const { id, options } of config.sinks ?? [])
    attempt(() => registry.parse(registry.get('sink', id), options))
  const labels = config.methods.map(({ label }) => label)
  const twice = labels.find((label, i) => labels.indexOf(label) !== i)
  if (twice !== undefined)
    problems.push(
      new UmbraError('UMBRA_CONFIG', {
        subject: `methods`,
        expected: 'a different label for each',
        received: `"${twice}" twice`,
        remedy: 'Give one of them another label',
      }),
    )
  // Pairs that have the same problem have it once.
  const distinct = problems.filter(
    ({ message }, i) => problems.findIndex((other) => other.message === message) === i,
  )
  const [first, ...others] = distinct
  if (first !== undefined) throw combineProblems('the configuration', [first, ...others])
  return prepared as ComposedMethod[]
}

/** Settings that contradict each other. */
function settingProblems({ methods, validation, pairs }: ResolvedConfig): UmbraError[] {
  const problems: UmbraError[] = []
  const searched = methods.find(({ search }) => search !== undefined)
  if (searched !== undefined && validation === false)
    problems.push(
      new UmbraError('UMBRA_CONFIG', {
        subject: `search of method "${searched.label}"`,
        expected: 'images to choose on',
        received: 'validation turned off',
        remedy: 'Leave `validation` as it is: the test set chooses nothing',
      }),
    )
  const ids = pairs.map(({ id }) => id)
  const twice = ids.find((id, i) => ids.indexOf(id) !== i)
  if (twice !== undefined)
    problems.push(
      new UmbraError('UMBRA_CONFIG', {
        subject: 'pairs',
        expected: 'a different id for each',
        received: `"${twice}" twice`,
      }),
    )
  return problems
}

/** What is wrong with the hooks chosen. */
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
          remedy: 'Leave `validation` as it is, or leave these hooks out',
        }),
    )
}

/** Checks and composes one method for a pair. */
export function composeMethod(
  registry: Registry,
  entry: MethodEntry,
  pair: Pick<PairConfig, 'student' | 'teachers'>,
): ComposedMethod {
  const teachers = pair.teachers.length
  const student: ModelChoice = pair.student.model
  const method = registry.get('method', entry.id)
  const options = registry.parse(method, entry.options)
  const { min, max } = method.teachers
  if (teachers < min || teachers > max)
    throw new UmbraError('UMBRA_TEACHERS', {
      subject: `method "${entry.id}"`,
      expected: min === max ? `${min} teacher${min === 1 ? '' : 's'}` : `${min} to ${max} teachers`,
      received: String(teachers),
      remedy: 'List them under `teachers` in the configuration',
    })
  // Composed once now so that a wrong part or a range across options is found before anything runs.
  method.objective(options, registry.parts)
  for (const { model } of method.assistants?.(options, student) ?? [])
    registry.parse(registry.get('model', model.id), model.options)
  return {
    entry,
    options,
    createObjective: () => method.objective(options, registry.parts),
    createAssistants: (choice) => method.assistants?.(options, choice) ?? [],
    wrapStudent: (model, models) => method.student?.(model, models, options) ?? model,
  }
}

export const resolvePath = (baseDir: string, path: string): string =>
  isAbsolute(path) ? path : resolve(baseDir, path)

function requireFile(path: string): void {
  if (!existsSync(path))
    throw new UmbraError('UMBRA_FILE_MISSING', { subject: `weight file ${path}`, received: 'no such file' })
}
