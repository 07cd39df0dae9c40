import { basename, join } from 'node:path'
import { statusOf } from '@umbra/core/files'
import { CURVES } from '../curves/live.js'
import { pointSchema } from '../curves/point.js'
import { followFile, type LineKind } from './follow-file.js'
import { kindOfEvent } from './shown-event.js'

/** A message to the page, as JSON. */
export type News =
  | {
      readonly type: 'run'
      readonly name: string
      readonly finished: boolean
      /** Seconds since anything was written; absent before that. */
      readonly quiet?: number
    }
  /** Everything sent before of this kind is no longer valid. */
  | { readonly type: 'reset'; readonly what: 'events' | 'points' }
  /** Lines of `events.jsonl` or of the curves, as a run writes them. */
  | { readonly type: 'events' | 'points'; readonly items: readonly unknown[] }

const LOG = 'events.jsonl'
const kindOfPoint = (value: unknown): LineKind => (pointSchema.safeParse(value).success ? 'shown' : 'none')

/**
 * Follows the files of a run, whatever is in them; every call returns what is new, and says what was left out of it. No call
 * throws.
 */
export function createRunNews(runDir: string, now: () => number = Date.now): () => News[] {
  const files = [
    { type: 'events', name: LOG, read: followFile(runDir, LOG, kindOfEvent) },
    { type: 'points', name: CURVES, read: followFile(runDir, CURVES, kindOfPoint) },
  ] as const
  /** What is wrong with each file, as it was said last. */
  const told = new Map<string, string | undefined>()
  let sent = ''
  return () => {
    const notices: string[] = []
    const news = files.flatMap(({ type, name, read }): News[] => {
      const { fresh, items, leftOut, problem } = read()
      // The page forgets what was said with the events.
      if (fresh && type === 'events') told.clear()
      if (problem !== undefined && problem !== told.get(name)) notices.push(`${name} is not read: ${problem}`)
      if (leftOut > 0) notices.push(`${name}: ${counted(leftOut)} left out that no run wrote`)
      told.set(name, problem)
      return [
        ...(fresh ? [{ type: 'reset', what: type } as const] : []),
        ...(items.length > 0 ? [{ type, items }] : []),
      ]
    })
    const time = new Date(now()).toISOString()
    if (notices.length > 0)
      news.push({ type: 'events', items: notices.map((text) => ({ type: 'notice', time, text })) })
    const changed = Math.max(...files.map(({ name }) => changedAt(join(runDir, name))))
    // Rounded to ten seconds, so that a silent run is not news twice a second.
    const quiet = Math.max(0, Math.floor((now() - changed) / 10_000) * 10)
    const run: News = {
      type: 'run',
      name: basename(runDir),
      finished: isFinished(runDir),
      ...(changed > 0 ? { quiet } : {}),
    }
    const text = JSON.stringify(run)
    if (text === sent) return news
    sent = text
    return [run, ...news]
  }
}

const counted = (lines: number): string => (lines === 1 ? '1 line is' : `${lines} lines are`)

/** `result.json` is written last; that of an earlier session is older than the log of a resumed run. */
function isFinished(runDir: string): boolean {
  const result = statusOf(join(runDir, 'result.json'))
  return result?.isFile() === true && result.mtimeMs + 2000 > changedAt(join(runDir, LOG))
}

const changedAt = (path: string): number => statusOf(path)?.mtimeMs ?? 0
