import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunEvent } from '../../../contracts/events.js'
import type { Sink, SinkDefinition } from '../../../contracts/sink.js'
import { parseOptions } from '../../../options/parse-options.js'
import { checkOptions } from '../checks/options.js'
import { type Finding, failed, judge, judgeLater, passed, type Verdict } from '../verdict.js'
import { everyEvent } from './every-event.js'
import { withFolder } from './temporary-folder.js'

/** Holds a sink to what a run expects of it, in folders of its own: it takes everything that a run tells, and keeps it. */
export async function checkSink(
  definition: SinkDefinition,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Verdict[]> {
  const name = `sink "${definition.id}"`
  const first = judge(name, 'options', () => checkOptions(definition.options, options))
  if (first.status === 'failed') return [first]
  const parsed = parseOptions(definition.options, options, name)
  const open = async (runDir: string, resumed = false): Promise<Sink> =>
    definition.open({ runDir, name: 'conformance', config: {}, resumed }, parsed)
  const tell = (events: readonly RunEvent[]) => (runDir: string) => told(open(runDir), events)
  return [
    first,
    await judgeLater(name, 'events', () => withFolder(tell(everyEvent(0.5)))),
    await judgeLater(name, 'figures', () => withFolder(checkFigures(open))),
    await judgeLater(name, 'order', () => withFolder(checkOrder(open))),
    await judgeLater(name, 'resumed', () => withFolder(checkResumed(open))),
  ]
}

/** Few events of the most common types: what order and resuming are tried with. */
const ordinary = (): RunEvent[] =>
  everyEvent(0.5).filter(({ type }) => ['notice', 'stage-start', 'step', 'stage-end'].includes(type))

type Open = (runDir: string, resumed?: boolean) => Promise<Sink>

/** Tells events that nobody may change, and closes. */
async function told(opened: Promise<Sink>, events: readonly RunEvent[]): Promise<Finding> {
  const sink = await opened
  for (const event of events) {
    await named(`event "${event.type}"`, () => sink.event(frozen(event)))
    if (event.type === 'checkpoint' || event.type === 'stage-end') await named('flush', () => sink.flush?.())
  }
  await named('close', () => sink.close())
  return passed('Every event is taken.')
}

async function named(call: string, action: () => void | Promise<void>): Promise<void> {
  try {
    await action()
  } catch (error) {
    throw new Error(`${call}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}

const checkFigures =
  (open: Open) =>
  async (folder: string): Promise<Finding> => {
    for (const figure of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      await told(open(folder), everyEvent(figure))
    return passed('Figures that are no numbers are taken.')
  }

/** Closed before anything was told, events of stages and arms that were never announced, and of types to come. */
const checkOrder =
  (open: Open) =>
  async (folder: string): Promise<Finding> => {
    await told(open(folder), [])
    await told(open(folder), ordinary().toReversed())
    await told(open(folder), [{ type: 'of-a-later-version', stage: 'seed-0' } as unknown as RunEvent])
    return passed('Events in any order, of unknown types and none at all are taken.')
  }

/** What an earlier session has written is still there when a later one has ended. */
const checkResumed =
  (open: Open) =>
  async (folder: string): Promise<Finding> => {
    await told(open(folder), ordinary())
    const before = await filesOf(folder)
    await told(open(folder, true), [])
    const after = await filesOf(folder)
    for (const [path, bytes] of before) {
      const kept = after.get(path)
      if (kept === undefined) return failed(`A resumed run must keep what was told; ${path} is gone.`)
      if (kept.length < bytes.length)
        return failed(
          `A resumed run must keep what was told; ${path} is ${bytes.length - kept.length} bytes shorter.`,
        )
    }
    return passed('What was told stays when a run is resumed.')
  }

async function filesOf(folder: string): Promise<Map<string, Uint8Array>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  return new Map(
    await Promise.all(
      files.map(async (path): Promise<[string, Uint8Array]> => [
        path.slice(folder.length + 1),
        await readFile(path),
      ]),
    ),
  )
}
