import type { Engine } from '../contracts/engine.js'
import type { RunListener } from '../contracts/events.js'
import { token } from '../contracts/service.js'

/** What executes the tensor code of a run. */
export const EngineToken = token<Engine>('engine')

/** Milliseconds since some fixed moment, never going back. */
export const ClockToken = token<() => number>('clock')

/** Who is told what a run does. */
export const ListenerToken = token<RunListener>('listener')
