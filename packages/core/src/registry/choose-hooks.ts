import { combineProblems } from '../errors/combine-problems.js'
import { UmbraError } from '../errors/umbra-error.js'
import type { HookSource } from '../hooks/bind-hooks.js'
import { hookProblems, sharedHookProblems } from '../hooks/hook-problems.js'
import { createHookRunner, type HookRunner } from '../hooks/hook-runner.js'
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
  return { name: registry.pluginOf(definition).name, id, hooks: definition.create(parsed) }
}

const chosenTwice = ({ id }: HookChoice): UmbraError =>
  new UmbraError('UMBRA_CONFIG', {
    subject: 'hooks',
    expected: 'each of them once',
    received: `"${id}" twice`,
  })
