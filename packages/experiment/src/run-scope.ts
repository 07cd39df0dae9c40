import { ClockToken, type Engine, EngineToken, ListenerToken, type RunListener } from '@umbra/core'
import type { Registry } from '@umbra/core/trainer'

/** The services of one run, or of one process that takes part in it. */
export interface RunScope {
  /** A child container made for the run: its services are gone with it. */
  readonly registry: Registry
  readonly engine: Engine
  readonly now: () => number
  readonly listen: RunListener
}

/** What a run uses where no plugin provides a service. */
export interface RunDefaults {
  readonly engine: Engine
  readonly listen: RunListener
  /** Milliseconds since some fixed moment; the process's own clock when left out. */
  readonly now?: () => number
}

/** Makes the scope of a run. A service of a plugin stands before the one given here. */
export function openScope(
  plugins: Registry,
  { engine, listen, now = performance.now.bind(performance) }: RunDefaults,
): RunScope {
  const registry = plugins.scope()
  registry.provide(EngineToken, () => plugins.resolveOr(EngineToken, engine))
  registry.provide(ClockToken, () => plugins.resolveOr(ClockToken, now))
  registry.provide(ListenerToken, () => plugins.resolveOr(ListenerToken, listen))
  return {
    registry,
    engine: registry.resolve(EngineToken),
    now: registry.resolve(ClockToken),
    listen: registry.resolve(ListenerToken),
  }
}
