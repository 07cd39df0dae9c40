import { lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type OpenFile, type Unreadable, openRegular, parseJson } from '@umbra/core/files'
import { createLineTail } from '../curves/line-tail.js'

/** What a parsed line is: one that the page shows, another of a run, or none that a run wrote. */
export type LineKind = 'shown' | 'other' | 'none'

/** What a file of a run has gained. */
export interface FileNews {
  /** It was replaced: what was read before is no longer valid. */
  readonly fresh: boolean
  /** Parsed lines that the page shows. */
  readonly items: readonly unknown[]
  /** How many lines were left out, because no run wrote them. */
  readonly leftOut: number
  /** Why nothing more is read. */
  readonly problem?: string
}

/** Follows a file of lines of JSON by its path from the run folder, whatever is there. Every call reads on; none throws. */
export function followFile(
  runDir: string,
  name: string,
  kindOf: (value: unknown) => LineKind,
): () => FileNews {
  const { read } = createLineTail(join(runDir, name), { open: () => openBelow(runDir, name) })
  return () => {
    const { fresh, lines, overlong, problem } = read()
    const items: unknown[] = []
    let leftOut = overlong
    for (const line of lines) {
      const parsed = parseJson(line)
      const kind = 'value' in parsed ? kindOf(parsed.value) : 'none'
      if (kind === 'none') leftOut += 1
      else if (kind === 'shown' && 'value' in parsed) items.push(parsed.value)
    }
    return { fresh, items, leftOut, ...(problem === undefined ? {} : { problem }) }
  }
}

/** The run folder may be reached by a link; what is in it may not. */
function openBelow(runDir: string, name: string): OpenFile | Unreadable {
  const folder = dirname(name)
  if (folder !== '.' && isLink(join(runDir, folder))) return { problem: 'its folder is a link' }
  return openRegular(join(runDir, name), { links: 'refused' })
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}
