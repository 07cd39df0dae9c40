import type { ArmInfo, CarryHandler, HookInfo, HookName, HooksOf, HookValue } from '../contracts/hooks.js'
import type { TensorRecord } from '../contracts/objective.js'
import { UmbraError } from '../errors/umbra-error.js'
import { bindHooks, blameHook, type BoundHook, type HookSource, hookSubject } from './bind-hooks.js'
import { checkCarried } from './check-carried.js'

/** What hooks carry from step to step, by the key of their source. */
export type CarriedStates = Readonly<Record<string, TensorRecord>>

/**
 * Runs hooks: all `pre` in the order of the plugins, then those without an order, then all `post`.
 * A hook's error leaves with the hook's and the plugin's name.
 */
export interface HookRunner {
  /** Whether any plugin has the hook. */
  has: (name: HookName) => boolean
  /** Awaits each plugin's hook, one after the other. */
  notify: <N extends HooksOf<'notify'>>(name: N, info: HookInfo<N>) => Promise<void>
  /** Passes a value from plugin to plugin and returns what the last one made of it. */
  pipe: <N extends HooksOf<'pipe'>>(name: N, value: HookValue<N>, info: HookInfo<N>) => HookValue<N>
  /** Initial values of what each plugin's hook carries. */
  initial: <N extends HooksOf<'carry'>>(name: N, value: HookValue<N>, info: ArmInfo) => CarriedStates
  /** Passes a value from plugin to plugin, each with what it carries. Names and shapes stay as they are. */
  carry: <N extends HooksOf<'carry'>>(
    name: N,
    value: HookValue<N>,
    states: CarriedStates,
    info: HookInfo<N>,
  ) => { readonly value: HookValue<N>; readonly states: CarriedStates }
  /** What the plugin that has the hook offers, given what it carries. */
  offer: <N extends HooksOf<'offer'>>(
    name: N,
    states: CarriedStates,
    info: HookInfo<N>,
  ) => HookValue<N> | undefined
  /** The first answer that is not undefined; those after it are not asked. */
  first: <N extends HooksOf<'first'>>(name: N, info: HookInfo<N>) => HookValue<N> | undefined
  /** One value a plugin, by the key of its source; a plugin that returns undefined is left out. */
  collect: <N extends HooksOf<'collect'>>(name: N, info: HookInfo<N>) => Record<string, HookValue<N>>
  /** Gives each plugin back what it had collected; plugins without an entry are not called. */
  restore: (collected: Readonly<Record<string, unknown>>, info: HookInfo<'restore'>) => Promise<void>
}

/** A runner of the hooks of plugins and of those chosen; the order of the sources is the order of their handlers. */
export function createHookRunner(sources: readonly HookSource[]): HookRunner {
  const table = bindHooks(sources)
  const handlers = (name: HookName): readonly BoundHook[] => table.get(name) ?? []

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
    initial: (name, value, info) =>
      Object.fromEntries(
        handlers(name).map((hook) => {
          const { initial } = hook.handler as CarryHandler<unknown, unknown>
          return [hook.key, guarded(hook, name, () => initial?.(value, info) ?? {})]
        }),
      ),
    carry: (name, value, states, info) => {
      let current = value as TensorRecord
      const next: Record<string, TensorRecord> = { ...states }
      for (const hook of handlers(name)) {
        const { step } = hook.handler as CarryHandler<TensorRecord, typeof info>
        const state = states[hook.key] ?? {}
        const carried = guarded(hook, name, () => checkCarried(step(current, state, info), current, state))
        current = { ...current, ...carried.value }
        next[hook.key] = { ...state, ...carried.state }
      }
      return { value: current as typeof value, states: next }
    },
    offer: (name, states, info) => {
      const [hook] = handlers(name)
      if (hook === undefined) return undefined
      return called(hook, name, [states[hook.key] ?? {}, info]) as HookValue<typeof name> | undefined
    },
    first: (name, info) => {
      for (const hook of handlers(name)) {
        const answer = called(hook, name, [info])
        if (answer !== undefined) return answer as HookValue<typeof name>
      }
      return undefined
    },
    collect: (name, info) => {
      const collected: Record<string, HookValue<typeof name>> = {}
      for (const hook of handlers(name)) {
        const value = called(hook, name, [info])
        if (value !== undefined) collected[hook.key] = value as HookValue<typeof name>
      }
      return collected
    },
    restore: async (collected, info) => {
      for (const hook of handlers('restore')) {
        if (Object.hasOwn(collected, hook.key)) await awaited(hook, 'restore', [collected[hook.key], info])
      }
    },
  })
}

type Call = (...args: readonly unknown[]) => unknown

function guarded<T>(hook: BoundHook, name: HookName, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    throw blameHook(hook, name, cause)
  }
}

const called = (hook: BoundHook, name: HookName, args: readonly unknown[]): unknown =>
  guarded(hook, name, () => (hook.handler as Call)(...args))

async function awaited(hook: BoundHook, name: HookName, args: readonly unknown[]): Promise<void> {
  try {
    await (hook.handler as Call)(...args)
  } catch (cause) {
    throw blameHook(hook, name, cause)
  }
}

function piped(hook: BoundHook, name: HookName, args: readonly unknown[]): unknown {
  const value = called(hook, name, args)
  if (value !== undefined && !(value instanceof Promise)) return value
  throw new UmbraError('UMBRA_HOOK', {
    subject: hookSubject(hook, name),
    expected: 'the value, changed or not, to be returned',
    received: value === undefined ? 'nothing' : 'a promise',
  })
}
