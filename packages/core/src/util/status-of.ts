import { type Stats, statSync } from 'node:fs'

/** What a path leads to; undefined where nothing is, or it cannot be reached, as in a circle of links. Never throws. */
export function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}
