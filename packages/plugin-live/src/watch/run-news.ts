import { existsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { CURVES } from '../curves/live.js'
import { createLineTail } from './line-tail.js'

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
  /** Parsed lines of `events.jsonl` or of the curves, unchecked. */
  | { readonly type: 'events' | 'points'; readonly items: readonly unknown[] }

/** Follows the files of a run; every call returns what is new. */
export function createRunNews(runDir: string, now: () => number = Date.now): () => News[] {
  const files = [
    { type: 'events', path: join(runDir, 'events.jsonl') },
    { type: 'points', path: join(runDir, CURVES) },
  ] as const
  const tails = files.map(({ type, path }) => ({ type, tail: createLineTail(path) }))
  let sent = ''
  return () => {
    const news = tails.flatMap(({ type, tail }): News[] => {
      const { fresh, lines } = tail.read()
      const items = lines.flatMap(parsed)
      return [
        ...(fresh ? [{ type: 'reset', what: type } as const] : []),
        ...(items.length > 0 ? [{ type, items }] : []),
      ]
    })
    const changed = Math.max(...files.map(({ path }) => changedAt(path)))
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

/** `result.json` is written last; that of an earlier session is older than the log of a resumed run. */
function isFinished(runDir: string): boolean {
  const result = join(runDir, 'result.json')
  return existsSync(result) && changedAt(result) + 2000 > changedAt(join(runDir, 'events.jsonl'))
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function parsed(line: string): unknown[] {
  try {
    return [JSON.parse(line) as unknown]
  } catch {
    return []
  }
}
