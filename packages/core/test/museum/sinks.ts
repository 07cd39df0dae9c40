import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { RunEvent } from '../../src/contracts/events.js'
import { type Sink, type SinkContext, type SinkDefinition, defineSink } from '../../src/contracts/sink.js'
import type { CheckName } from '../../src/testing/conformance/verdict.js'

/** One line of JSON for each event. */
const lines = ({ runDir, resumed }: SinkContext, changes: { readonly truncates?: boolean } = {}): Sink => {
  const path = join(runDir, 'events.jsonl')
  const started = resumed && changes.truncates !== true ? Promise.resolve() : writeFile(path, '')
  return {
    event: async (event) => {
      await started
      await appendFile(path, `${JSON.stringify(event)}\n`)
    },
    close: () => started,
  }
}

const sink = (id: string, open: (context: SinkContext) => Sink): SinkDefinition =>
  defineSink({ id, summary: id, options: z.strictObject({}), open })

export const soundSink: SinkDefinition = sink('sound', (context) => lines(context))

const with_ = (id: string, look: (event: RunEvent) => void): SinkDefinition =>
  sink(id, (context) => {
    const rest = lines(context)
    return {
      ...rest,
      event: (event) => {
        look(event)
        return rest.event(event)
      },
    }
  })

/** Known bugs of sinks, each with the check that must find it. */
export const WRONG_SINKS: readonly (readonly [CheckName, RegExp, SinkDefinition])[] = [
  ['options', /Use z\.strictObject/, { ...soundSink, options: z.object({}) }],
  [
    'events',
    /event "average-evaluated": no chart/,
    with_('knows-few', (event) => {
      if (event.type === 'average-evaluated' && event.result.top1 === 0.5 && event.epoch === 0)
        throw new Error('no chart')
    }),
  ],
  [
    'figures',
    /event "step": not a number/,
    with_('wants-numbers', (event) => {
      if (event.type === 'step' && !Number.isFinite(event.secondsLeft)) throw new Error('not a number')
    }),
  ],
  [
    'order',
    /event "stage-end": of no stage/,
    sink('wants-a-start', (context) => {
      const [rest, open] = [lines(context), new Set<string>()]
      return {
        ...rest,
        event: (event) => {
          if (event.type === 'stage-start') open.add(event.stage)
          if (event.type === 'stage-end' && !open.has(event.stage)) throw new Error('of no stage')
          return rest.event(event)
        },
      }
    }),
  ],
  [
    'resumed',
    /events\.jsonl is \d+ bytes shorter/,
    sink('starts-anew', (context) => lines(context, { truncates: true })),
  ],
]
