import { type RunEvent, type Sink, UmbraError } from '@umbra/core'
import { within } from '@umbra/core/trainer'

export interface SinkFeedOptions {
  readonly open: () => Sink | Promise<Sink>
  /** Called once: when the sink fails and is dropped, or when it closes after skipping steps. */
  readonly report: (problem: string) => void
  /** Length of the queue, in events. */
  readonly capacity?: number
  /** Milliseconds a sink gets after the run to consume its queue and close. */
  readonly patience?: number
}

/** Passes events to one sink, in order, without ever delaying the run. */
export interface SinkFeed {
  readonly tell: (event: RunEvent) => void
  /** Never rejects. */
  readonly close: () => Promise<void>
}

/**
 * Opens a sink and feeds it from a bounded queue. When the queue of a slow sink is full, the oldest waiting `step`
 * is skipped. Other events are never skipped; a sink too slow for those is dropped.
 */
export function createSinkFeed({
  open,
  report,
  capacity = 1000,
  patience = 10_000,
}: SinkFeedOptions): SinkFeed {
  const waiting: RunEvent[] = []
  let dropped = false
  /** Dropped or closed: it gets no more events. */
  let ended = false
  let skipped = 0

  const drop = (error: unknown): void => {
    if (dropped) return
    dropped = true
    ended = true
    waiting.length = 0
    report(`failed and was dropped: ${error instanceof Error ? error.message : String(error)}`)
    // Lets it release what it holds; not awaited.
    void opened.then((sink) => sink.close()).catch(() => undefined)
  }
  // Awaited only where it is used, so that a sink that opens slowly does not delay the first step.
  const opened = calling('open', async () => checkSink(await open()))
  opened.catch(drop)

  const deliver = async (): Promise<void> => {
    try {
      const sink = await opened
      for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
        await calling(`event "${event.type}"`, () => sink.event(event))
        if (event.type === 'checkpoint' || event.type === 'stage-end')
          await calling('flush', () => sink.flush?.())
      }
    } catch (error) {
      drop(error)
    }
  }
  let delivery: Promise<void> | undefined
  const start = (): void => {
    delivery ??= deliver().finally(() => {
      delivery = undefined
      // Events that arrived since the queue was last checked.
      if (waiting.length > 0) start()
    })
  }

  const finish = async (): Promise<void> => {
    while (delivery !== undefined) await delivery
    const sink = await opened
    if (!dropped) await calling('close', () => sink.close())
  }

  return {
    tell: (event) => {
      if (ended) return
      if (waiting.length >= capacity) {
        const oldest = waiting.findIndex(({ type }) => type === 'step')
        if (oldest < 0) {
          drop(new SinkError(`it is too slow: ${waiting.length} events are waiting`))
          return
        }
        waiting.splice(oldest, 1)
        skipped++
      }
      waiting.push(event)
      start()
    },
    close: async () => {
      if (ended) return
      ended = true
      try {
        await within(patience, finish(), `it did not close within ${patience / 1000} s`)
      } catch (error) {
        drop(error)
      }
      if (skipped > 0 && !dropped) report(`was too slow and missed ${skipped} steps`)
    },
  }
}

/** What is wrong with a sink, in words that need no more. */
class SinkError extends Error {}

/** Calls a sink; what it throws says which call it was. */
async function calling<T>(call: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (cause) {
    throw cause instanceof SinkError ? cause : new SinkError(`${call} threw ${thrownText(cause)}`, { cause })
  }
}

/** The definition's guard names sink and plugin, which stand before this text already. */
function thrownText(cause: unknown): string {
  if (!(cause instanceof UmbraError))
    return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  const { code, message, facts } = cause
  return code === 'UMBRA_SINK' && facts.cause !== undefined ? thrownText(facts.cause) : `${code}: ${message}`
}

function checkSink(sink: Sink): Sink {
  // Widened: a plugin may have ignored the type.
  const opened = sink as Partial<Sink> | null | undefined
  if (typeof opened?.event === 'function' && typeof opened.close === 'function') return sink
  throw new SinkError('what open returned has no functions event and close')
}
