import type { ArmInfo, CarryHandler, HookInfo, HookName, HooksOf, HookValue } from '../contracts/hooks.js'
import type { TensorRecord } from '../contracts/objective.js'
import { describeValue, isPromise } from '../errors/describe-value.js'
import { UmbraError } from '../errors/umbra-error.js'
import { frozenCopy } from '../util/frozen-copy.js'
import { scoped } from '../util/scoped.js'
import { bindHooks, blameHook, type BoundHook, type HookSource, hookSubject } from './bind-hooks.js'
import { checkCarried, checkInitial } from './check-carried.js'
import { checkJson, checkReason, PIPE_CHECKS } from './check-returned.js'
import { checkTensors } from '../tensor-ops/check-tensors.js'

/** What hooks carry from step to step, by the key of their source. */
export type CarriedStates = Readonly<Record<string, TensorRecord>>

/**
 * Runs hooks: all `pre` in the order of the plugins, then those without an order, then all `post`.
 * What hooks are told is a frozen copy: no hook can change a figure that is recorded. What they return is checked. Their errors
 * leave with the names of hook and plugin.
 */
export interface HookRunner {
  /** Whether any plugin has the hook. */
  has: (name: HookName) => boolean
  /** How many of those that have the hook carry tensors from step to step. */
  carriers: (name: HooksOf<'carry'>) => number
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
    carriers: (name) => handlers(name).filter((hook) => carryOf(hook).initial !== undefined).length,
    notify: async (name, info) => {
      for (const hook of handlers(name)) await awaited(hook, name, [frozenCopy(info)])
    },
    pipe: (name, value, info) => {
      let current: unknown = value
      for (const hook of handlers(name)) current = piped(hook, name, current, info)
      return current as typeof value
    },
    initial: (name, value, info) =>
      Object.fromEntries(
        handlers(name).map((hook) => {
          const { initial } = carryOf(hook)
          if (initial === undefined) return [hook.key, {}]
          const state = (): TensorRecord =>
            checkInitial(settled(initial(frozenCopy(value), frozenCopy(info)), 'tensors by name'))
          return [hook.key, guarded(hook, name, state)]
        }),
      ),
    carry: (name, value, states, info) => {
      let current = value as TensorRecord
      const next: Record<string, TensorRecord> = { ...states }
      for (const hook of handlers(name)) {
        const { step } = carryOf(hook)
        const state = states[hook.key] ?? {}
        const carried = inScope(hook, name, () =>
          checkCarried(
            settled(step(frozenCopy(current), frozenCopy(state), frozenCopy(info)), '{ value, state }'),
            current,
            state,
          ),
        )
        current = { ...current, ...carried.value }
        next[hook.key] = { ...state, ...carried.state }
      }
      return { value: current as typeof value, states: next }
    },
    offer: (name, states, info) => {
      const [hook] = handlers(name)
      if (hook === undefined) return undefined
      return guarded(hook, name, () => {
        const state = frozenCopy(states[hook.key] ?? {})
        const offered = settled(call(hook, [state, frozenCopy(info)]), 'weights by name')
        if (offered !== undefined) checkTensors(offered, info.weights, { noun: 'weight', complete: true })
        return offered as HookValue<typeof name> | undefined
      })
    },
    first: (name, info) => {
      for (const hook of handlers(name)) {
        const answer = guarded(hook, name, () =>
          checkReason(settled(call(hook, [frozenCopy(info)]), 'a reason to end the arm, or undefined')),
        )
        if (answer !== undefined) return answer as HookValue<typeof name>
      }
      return undefined
    },
    collect: (name, info) => {
      const collected: Record<string, HookValue<typeof name>> = {}
      for (const hook of handlers(name)) {
        const value = guarded(hook, name, () =>
          checkJson(settled(call(hook, [frozenCopy(info)]), 'what is to be kept')),
        )
        if (value !== undefined) collected[hook.key] = value as HookValue<typeof name>
      }
      return collected
    },
    restore: async (collected, info) => {
      for (const hook of handlers('restore')) {
        if (Object.hasOwn(collected, hook.key))
          await awaited(hook, 'restore', [structuredClone(collected[hook.key]), frozenCopy(info)])
      }
    },
  })
}

type Carry = CarryHandler<unknown, unknown>
const carryOf = ({ handler }: BoundHook): Carry => handler as Carry

const call = ({ handler }: BoundHook, args: readonly unknown[]): unknown =>
  (handler as (...args: readonly unknown[]) => unknown)(...args)

/** What a handler returned that must not be a promise. */
function settled(value: unknown, expected: string): unknown {
  if (!isPromise(value)) return value
  // Nobody waits for it: its failure must not end the process.
  void value.then(undefined, () => undefined)
  throw new UmbraError('UMBRA_HOOK', {
    subject: 'what it returns',
    expected,
    received: 'a promise',
    remedy: 'This hook cannot be async',
  })
}

function guarded<T>(hook: BoundHook, name: HookName, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    throw blameHook(hook, name, cause)
  }
}

/** The same inside the traced step: an engine that refuses it names the hook by this scope. */
const inScope = <T>(hook: BoundHook, name: HookName, action: () => T): T =>
  guarded(hook, name, () => scoped(hookSubject(hook, name), action))

async function awaited(hook: BoundHook, name: HookName, args: readonly unknown[]): Promise<void> {
  try {
    await call(hook, args)
  } catch (cause) {
    throw blameHook(hook, name, cause)
  }
}

function piped(hook: BoundHook, name: keyof typeof PIPE_CHECKS, value: unknown, info: unknown): unknown {
  const run = (): unknown => {
    const returned = settled(call(hook, [frozenCopy(value), frozenCopy(info)]), 'the value, changed or not')
    if (returned === undefined)
      throw new UmbraError('UMBRA_HOOK', {
        subject: 'what it returns',
        expected: 'the value, changed or not',
        received: describeValue(returned),
      })
    // A pipe's value is a record.
    PIPE_CHECKS[name](returned, value as Readonly<Record<string, unknown>>)
    return returned
  }
  return name === 'recipe' ? guarded(hook, name, run) : inScope(hook, name, run)
}
