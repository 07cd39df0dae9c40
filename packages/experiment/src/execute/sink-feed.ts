import type { RunEvent, Sink } from '@umbra/core'
import { within } from '@umbra/core/trainer'

export interface SinkFeedOptions {
  readonly open: () => Sink | Promise<Sink>
  /** Told once, when the sink fails and is dropped, or when it is closed and had to skip steps. */
  readonly report: (problem: string) => void
  /** Events that may wait. */
  readonly capacity?: number
  /** Milliseconds a sink may take, once the run is over, to take in what waits and to close. */
  readonly patience?: number
}

/** Tells one sink what happens, in order, without ever holding up the run. */
export interface SinkFeed {
  readonly tell: (event: RunEvent) => void
  /** Never rejects. */
  readonly close: () => Promise<void>
}

/**
 * Opens a sink and feeds it from a bounded queue. When a slow sink lets the queue fill up, the oldest `step` that waits
 * is skipped; nothing else is, and a sink that cannot take in even that is dropped.
 */
export function createSinkFeed({
  open,
  report,
  capacity = 1000,
  patience = 10_000,
}: SinkFeedOptions): SinkFeed {
  const waiting: RunEvent[] = []
  let dropped = false
  /** Dropped or closed: it is told nothing more. */
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
  // Awaited only where it is used: a sink that is opened slowly does not delay the first step.
  const opened = (async () => open())()
  opened.catch(drop)

  const deliver = async (): Promise<void> => {
    try {
      const sink = await opened
      for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
        await sink.event(event)
        if (event.type === 'checkpoint' || event.type === 'stage-end') await sink.flush?.()
      }
    } catch (error) {
      drop(error)
    }
  }
  let delivery: Promise<void> | undefined
  const start = (): void => {
    delivery ??= deliver().finally(() => {
      delivery = undefined
      // What was told between the last look at the queue and now.
      if (waiting.length > 0) start()
    })
  }

  const finish = async (): Promise<void> => {
    while (delivery !== undefined) await delivery
    const sink = await opened
    if (!dropped) await sink.close()
  }

  return {
    tell: (event) => {
      if (ended) return
      if (waiting.length >= capacity) {
        const oldest = waiting.findIndex(({ type }) => type === 'step')
        if (oldest < 0) {
          drop(new Error(`it does not keep up: ${waiting.length} events wait`))
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
      if (skipped > 0 && !dropped) report(`did not keep up and was not told of ${skipped} steps`)
    },
  }
}
