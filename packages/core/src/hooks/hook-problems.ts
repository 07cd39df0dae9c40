import { isRecord } from '../util/is-record.js'
import { HOOK_KINDS, type HookKind, type HookName } from '../contracts/hooks.js'
import { suggestion } from '../errors/nearest.js'
import { UmbraError } from '../errors/umbra-error.js'
import { bindHooks, type HookSource, hookSubject, sourceName } from './bind-hooks.js'

/** Hooks that the trainer does not have, and handlers that cannot be called. */
export function hookProblems(source: HookSource): UmbraError[] {
  return Object.entries(source.hooks ?? {}).flatMap(([name, entry]) => {
    if (!Object.hasOwn(HOOK_KINDS, name))
      return [
        new UmbraError('UMBRA_HOOK', {
          subject: `unknown hook "${name}" of ${sourceName(source)}`,
          remedy: suggestion(name, Object.keys(HOOK_KINDS)),
        }),
      ]
    const hook = name as HookName
    return isEntry(entry, HOOK_KINDS[hook])
      ? []
      : [
          new UmbraError('UMBRA_PLUGIN_SHAPE', {
            subject: hookSubject({ source: sourceName(source) }, hook),
            expected: `${HANDLER[HOOK_KINDS[hook]] ?? 'a function'}, or { order: "pre" or "post", handler }`,
            received: typeof entry,
          }),
        ]
  })
}

/** Hooks of which there can be only one, where several have them. */
export function sharedHookProblems(sources: readonly HookSource[]): UmbraError[] {
  return [...bindHooks(sources)].flatMap(([name, [first, second]]) =>
    HOOK_KINDS[name] !== 'offer' || first === undefined || second === undefined
      ? []
      : [
          new UmbraError('UMBRA_HOOK', {
            subject: `hook "${name}"`,
            expected: 'at most one that has it',
            received: `${first.source} and ${second.source}`,
            remedy: 'Leave one of them out',
          }),
        ],
  )
}

const HANDLER: Readonly<Partial<Record<HookKind, string>>> = { carry: '{ initial, step } of functions' }

function isEntry(entry: unknown, kind: HookKind): boolean {
  if (!isRecord(entry) || !('order' in entry)) return isHandler(entry, kind)
  return (entry.order === 'pre' || entry.order === 'post') && isHandler(entry.handler, kind)
}

const isHandler = (handler: unknown, kind: HookKind): boolean =>
  kind === 'carry'
    ? isRecord(handler) &&
      typeof handler.step === 'function' &&
      (handler.initial === undefined || typeof handler.initial === 'function')
    : typeof handler === 'function'
