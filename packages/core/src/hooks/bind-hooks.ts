import { HOOK_KINDS, type HookHandlers, type HookName } from '../contracts/hooks.js'
import { thrownText } from '../errors/thrown-text.js'
import { UmbraError } from '../errors/umbra-error.js'

/** Whose hooks they are: a plugin's, or those with an id that a configuration chose. */
export interface HookSource {
  /** Of the plugin. */
  readonly name: string
  readonly id?: string
  readonly hooks?: HookHandlers | undefined
}

/** A handler with the name of its source. */
export interface BoundHook {
  /** Unique among sources: `@umbra/plugin-training/ema`. */
  readonly key: string
  /** `"ema" (plugin "@umbra/plugin-training")`. */
  readonly source: string
  // The handler's own type depends on the hook's name; the runner's methods keep the two together.
  readonly handler: unknown
}

type Order = 'pre' | 'plain' | 'post'
const ORDERS: readonly Order[] = ['pre', 'plain', 'post']

/** Handlers of every hook: all `pre` in the order of the sources, then those without an order, then all `post`. */
export function bindHooks(sources: readonly HookSource[]): ReadonlyMap<HookName, readonly BoundHook[]> {
  const table = new Map<HookName, readonly BoundHook[]>()
  for (const name of Object.keys(HOOK_KINDS) as HookName[]) {
    const all = sources.flatMap((source) => bind(source, name))
    const sorted = ORDERS.flatMap((order) =>
      all.filter((entry) => entry.order === order).map(({ bound }) => bound),
    )
    if (sorted.length > 0) table.set(name, sorted)
  }
  return table
}

function bind(source: HookSource, name: HookName): { readonly order: Order; readonly bound: BoundHook }[] {
  const entry = source.hooks?.[name]
  if (entry === undefined) return []
  const bound = { key: keyOf(source), source: sourceName(source) }
  return typeof entry === 'object' && 'order' in entry
    ? [{ order: entry.order, bound: { ...bound, handler: entry.handler } }]
    : [{ order: 'plain', bound: { ...bound, handler: entry } }]
}

const keyOf = ({ name, id }: HookSource): string => (id === undefined ? name : `${name}/${id}`)

/** Whose hooks they are, for messages. */
export const sourceName = ({ name, id }: HookSource): string =>
  id === undefined ? `plugin "${name}"` : `"${id}" (plugin "${name}")`

/** What a hook is called in messages. */
export const hookSubject = ({ source }: Pick<BoundHook, 'source'>, name: string): string =>
  `hook "${name}" of ${source}`

/** What a hook threw, under its name: an UmbraError keeps its code and facts, anything else becomes UMBRA_HOOK. */
export function blameHook(hook: BoundHook, name: HookName, cause: unknown): UmbraError {
  const subject = hookSubject(hook, name)
  if (cause instanceof UmbraError)
    return new UmbraError(cause.code, {
      ...cause.facts,
      subject: `${subject}: ${cause.facts.subject}`,
      cause,
    })
  return new UmbraError('UMBRA_HOOK', { subject: `${subject} threw ${thrownText(cause)}`, cause })
}
