import { ClockToken, type Engine, EngineToken, ListenerToken, type RunListener } from '@umbra/core'
import type { Registry } from '@umbra/core/trainer'
import { checkedClock, checkedEngine, checkedListener } from './check-services.js'

/** The services of one run, or of one process that joins it. */
export interface RunScope {
  /** A child container made for the run; its services end with it. */
  readonly registry: Registry
  readonly engine: Engine
  readonly now: () => number
  readonly listen: RunListener
}

/** The services to use where no plugin provides one. */
export interface RunDefaults {
  readonly engine: Engine
  readonly listen: RunListener
  /** Milliseconds since some fixed moment; by default the clock of the process. */
  readonly now?: () => number
}

/** Makes the scope of a run. A plugin's service takes precedence over the default. Throws UMBRA_SERVICE for one of the wrong kind. */
export function openScope(
  plugins: Registry,
  { engine, listen, now = performance.now.bind(performance) }: RunDefaults,
): RunScope {
  const registry = plugins.scope()
  const engineService = plugins.resolveOr(EngineToken, engine)
  const clock = plugins.resolveOr(ClockToken, now)
  const listener = plugins.resolveOr(ListenerToken, listen)
  registry.provide(EngineToken, () =>
    engineService === engine ? engine : checkedEngine(engineService, plugins),
  )
  registry.provide(ClockToken, () => (clock === now ? now : checkedClock(clock, plugins)))
  registry.provide(ListenerToken, () => (listener === listen ? listen : checkedListener(listener, plugins)))
  return {
    registry,
    engine: registry.resolve(EngineToken),
    now: registry.resolve(ClockToken),
    listen: registry.resolve(ListenerToken),
  }
}
