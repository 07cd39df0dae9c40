import type { Plugin } from '../contracts/plugin.js'
import { UmbraError } from '../errors/umbra-error.js'
import { HOOK_KINDS, type HookInfo, type HookName, type HooksOf, type HookValue } from '../contracts/hooks.js'

/** Runs the plugins' hooks in the order of the plugins. A hook's error leaves with the plugin's and the hook's name. */
export interface HookRunner {
  /** Whether any plugin has the hook. */
  has: (name: HookName) => boolean
  /** Awaits each plugin's hook, one after the other. */
  notify: <N extends HooksOf<'notify'>>(name: N, info: HookInfo<N>) => Promise<void>
  /** Passes a value from plugin to plugin and returns what the last one made of it. */
  pipe: <N extends HooksOf<'pipe'>>(name: N, value: HookValue<N>, info: HookInfo<N>) => HookValue<N>
  /** One value a plugin, by the plugin's name; a plugin that returns undefined is left out. */
  collect: <N extends HooksOf<'collect'>>(name: N, info: HookInfo<N>) => Record<string, HookValue<N>>
  /** Gives each plugin back what it had collected; plugins without an entry under their name are not called. */
  restore: (collected: Readonly<Record<string, unknown>>, info: HookInfo<'restore'>) => Promise<void>
}

interface Bound {
  readonly plugin: string
  readonly call: (...args: readonly unknown[]) => unknown
}

export function createHookRunner(plugins: readonly Pick<Plugin, 'name' | 'hooks'>[]): HookRunner {
  const table = new Map<HookName, readonly Bound[]>()
  for (const name of Object.keys(HOOK_KINDS) as HookName[]) {
    const bound = plugins.flatMap((plugin) => bind(plugin, name))
    if (bound.length > 0) table.set(name, bound)
  }
  const handlers = (name: HookName): readonly Bound[] => table.get(name) ?? []

  return Object.freeze<HookRunner>({
    has: (name) => table.has(name),
    notify: async (name, info) => {
      for (const hook of handlers(name)) await awaited(hook, name, [info])
    },
    pipe: (name, value, info) => {
      let current: unknown = value
      for (const hook of handlers(name)) current = piped(hook, name, [current, info])
      return current as typeof value
    },
    collect: (name, info) => {
      const collected: Record<string, HookValue<typeof name>> = {}
      for (const hook of handlers(name)) {
        const value = called(hook, name, [info])
        if (value !== undefined) collected[hook.plugin] = value as HookValue<typeof name>
      }
      return collected
    },
    restore: async (collected, info) => {
      for (const hook of handlers('restore')) {
        if (Object.hasOwn(collected, hook.plugin))
          await awaited(hook, 'restore', [collected[hook.plugin], info])
      }
    },
  })
}

function bind({ name: plugin, hooks }: Pick<Plugin, 'name' | 'hooks'>, name: HookName): Bound[] {
  // The handler's own type depends on the name; the runner's methods keep the two together.
  const handler = hooks?.[name] as Bound['call'] | undefined
  return handler === undefined ? [] : [{ plugin, call: handler }]
}

function called({ plugin, call }: Bound, name: HookName, args: readonly unknown[]): unknown {
  try {
    return call(...args)
  } catch (cause) {
    throw blamed(plugin, name, cause)
  }
}

async function awaited(hook: Bound, name: HookName, args: readonly unknown[]): Promise<void> {
  try {
    await hook.call(...args)
  } catch (cause) {
    throw blamed(hook.plugin, name, cause)
  }
}

function piped(hook: Bound, name: HookName, args: readonly unknown[]): unknown {
  const value = called(hook, name, args)
  if (value !== undefined && !(value instanceof Promise)) return value
  throw new UmbraError('UMBRA_HOOK', {
    subject: subjectOf(hook.plugin, name),
    expected: 'the value, changed or not, to be returned',
    received: value === undefined ? 'nothing' : 'a promise',
  })
}

const subjectOf = (plugin: string, name: HookName): string => `hook "${name}" of plugin "${plugin}"`

/** An UmbraError keeps its code and facts; anything else becomes UMBRA_HOOK. */
function blamed(plugin: string, name: HookName, cause: unknown): UmbraError {
  const subject = subjectOf(plugin, name)
  if (cause instanceof UmbraError)
    return new UmbraError(cause.code, {
      ...cause.facts,
      subject: `${subject}: ${cause.facts.subject}`,
      cause,
    })
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  return new UmbraError('UMBRA_HOOK', { subject: `${subject} threw ${reason}`, cause })
}
