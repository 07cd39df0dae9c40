import { combineProblems } from '../errors/combine-problems.js'
import { UmbraError } from '../errors/umbra-error.js'
import { describeValue } from '../errors/describe-value.js'
import { type HookSource, hookSubject, sourceName } from '../hooks/bind-hooks.js'
import { hookProblems, sharedHookProblems } from '../hooks/hook-problems.js'
import { createHookRunner, type HookRunner } from '../hooks/hook-runner.js'
import { isPlainObject } from '../util/frozen-copy.js'
import type { Registry } from './registry.js'

/** Hooks by the id of their definition, with its options. */
export interface HookChoice {
  readonly id: string
  readonly options: Readonly<Record<string, unknown>>
}

/**
 * The hooks of all plugins, then those that the configuration names; new ones at each call, so that each cohort has its own.
 *
 * Throws UMBRA_UNKNOWN_ID, UMBRA_OPTION and the like, UMBRA_CONFIG for an id named twice, UMBRA_HOOK for handlers that do
 * not fit; all at once.
 */
export function chooseHooks(registry: Registry, choices: readonly HookChoice[]): HookRunner {
  const problems: UmbraError[] = []
  const sources: HookSource[] = []
  for (const [i, choice] of choices.entries())
    try {
      if (choices.findIndex(({ id }) => id === choice.id) < i) throw chosenTwice(choice)
      const source = sourceOf(registry, choice)
      problems.push(...hookProblems(source))
      sources.push(source)
    } catch (error) {
      if (!(error instanceof UmbraError)) throw error
      problems.push(error)
    }
  const all: readonly HookSource[] = [...registry.plugins, ...sources]
  if (problems.length === 0) problems.push(...sharedHookProblems(all))
  const [first, ...others] = problems
  if (first !== undefined) throw combineProblems('the hooks', [first, ...others])
  return createHookRunner(all)
}

function sourceOf(registry: Registry, { id, options }: HookChoice): HookSource {
  const definition = registry.get('hooks', id)
  const parsed = registry.parse(definition, options)
  const { name } = registry.pluginOf(definition)
  // Widened: a plugin may have ignored the type.
  const hooks: unknown = definition.create(parsed)
  if (!isPlainObject(hooks)) throw noHandlers({ name, id }, hooks)
  const ofRuns = RUN_HOOKS.find((hook) => hook in hooks)
  if (ofRuns !== undefined) throw neverCalled({ name, id }, ofRuns)
  return { name, id, hooks }
}

/** Hooks of a whole run; those that a configuration chooses are made for a cohort. */
const RUN_HOOKS = ['runStart', 'runEnd'] as const

const noHandlers = (source: HookSource, received: unknown): UmbraError =>
  new UmbraError('UMBRA_HOOK', {
    subject: `what "create" of ${sourceName(source)} returns`,
    expected: 'an object with handlers by the names of hooks',
    received: describeValue(received),
  })

const neverCalled = (source: HookSource, hook: string): UmbraError =>
  new UmbraError('UMBRA_HOOK', {
    subject: hookSubject({ source: sourceName(source) }, hook),
    expected: 'hooks of a cohort',
    received: 'one of the whole run',
    remedy: 'Put it under `hooks` of the plugin itself, where it is always on',
  })

const chosenTwice = ({ id }: HookChoice): UmbraError =>
  new UmbraError('UMBRA_CONFIG', {
    subject: 'hooks',
    expected: 'each of them once',
    received: `"${id}" twice`,
  })
