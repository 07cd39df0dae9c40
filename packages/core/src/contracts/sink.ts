import type { z } from 'zod'
import type { DefinitionBase, OptionsSchema } from './definition.js'
import type { RunEvent } from './events.js'

/** The run a sink is opened for. */
export interface SinkContext {
  /** Folder of the run, absolute; it exists. A sink that writes files writes them here. */
  readonly runDir: string
  readonly name: string
  /** The resolved configuration of the run without its sinks; JSON. */
  readonly config: Readonly<Record<string, unknown>>
  /** Whether an earlier session of the same run was here: what it told must not be told twice. */
  readonly resumed: boolean
}

/**
 * Where the events of a run go. An error of a sink is reported once as a notice, the sink is dropped and the run goes on.
 *
 * A sink must ignore events of unknown types: later versions add some.
 */
export interface Sink {
  /** Told one event at a time, in order; the next one comes when the promise is settled. */
  event(event: RunEvent): void | Promise<void>
  /** Called after each checkpoint and each stage: what has been told by then should survive a killed process. */
  flush?(): void | Promise<void>
  /** Called once at the end, whether the run finished, failed or was interrupted. */
  close(): void | Promise<void>
}

/** A place that events of runs can be sent to: files, a tracking server. */
export interface SinkDefinition<S extends OptionsSchema = OptionsSchema> extends DefinitionBase<'sink', S> {
  /** Opened for runs that name no sinks. Only for what stays in the run folder. */
  readonly byDefault?: boolean
  // Method syntax: a definition with its own options must fit where definitions of any options are listed.
  open(context: SinkContext, options: z.output<S>): Sink | Promise<Sink>
}

/** Checks the type of a sink and freezes it. */
export function defineSink<const S extends OptionsSchema>(
  sink: Omit<SinkDefinition<S>, 'kind'>,
): SinkDefinition<S> {
  return Object.freeze({ kind: 'sink', ...sink })
}
