import {
  ClockToken,
  type Engine,
  EngineToken,
  ListenerToken,
  type RunListener,
  UmbraError,
} from '@umbra/core'
import { describeValue, type Registry, type Token } from '@umbra/core/trainer'

/** A plugin's clock that says so when it does not give finite milliseconds that never go back. Throws UMBRA_SERVICE. */
export function checkedClock(clock: unknown, plugins: Registry): () => number {
  if (!isFunction(clock))
    throw wrongService(ClockToken, plugins, 'a function that returns milliseconds', clock)
  let last = -Infinity
  return () => {
    const time = clock()
    if (typeof time !== 'number' || !Number.isFinite(time))
      throw wrongService(ClockToken, plugins, 'milliseconds, a finite number', time)
    if (time < last) throw wrongService(ClockToken, plugins, `no time before ${last}`, time)
    last = time
    return time
  }
}

/** A plugin's listener, whose errors name it. Throws UMBRA_SERVICE. */
export function checkedListener(listener: unknown, plugins: Registry): RunListener {
  if (!isFunction(listener))
    throw wrongService(ListenerToken, plugins, 'a function that is told events', listener)
  return (event) => {
    try {
      listener(event)
    } catch (cause) {
      const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
      throw new UmbraError('UMBRA_SERVICE', {
        subject: `${subjectOf(ListenerToken, plugins)} threw ${reason} at an event "${event.type}"`,
        cause,
      })
    }
  }
}

/** A plugin's engine. Throws UMBRA_SERVICE. */
export function checkedEngine(engine: unknown, plugins: Registry): Engine {
  if (typeof engine === 'object' && engine !== null && 'compile' in engine && isFunction(engine.compile))
    return engine as Engine
  throw wrongService(EngineToken, plugins, 'an engine, which has the function compile', engine)
}

type NamedToken = Pick<Token<unknown>, 'key' | 'description'>
type AnyFunction = (...args: readonly unknown[]) => unknown
const isFunction = (value: unknown): value is AnyFunction => typeof value === 'function'

const wrongService = (
  token: NamedToken,
  plugins: Registry,
  expected: string,
  received: unknown,
): UmbraError =>
  new UmbraError('UMBRA_SERVICE', {
    subject: subjectOf(token, plugins),
    expected,
    received: describeValue(received),
  })

/** `service "clock" (plugin "p")`; of several plugins the last one counts. */
function subjectOf({ key, description }: NamedToken, { plugins }: Registry): string {
  const provider = plugins.findLast(({ services = [] }) => services.some(({ token }) => token.key === key))
  return `service "${description}"${provider === undefined ? '' : ` (plugin "${provider.name}")`}`
}
