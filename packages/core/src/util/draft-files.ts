import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isAlive, ownProcess } from './process-id.js'

/** Machine, process, its start, and a random part, so that the writer of a draft left behind can be told. */
const PATTERN = /\.([0-9a-f]{8})-(\d+)-(\d*)-[0-9a-f]{8}\.draft$/
/** No file takes longer to write, wherever its writer runs. */
const FOREIGN_AGE = 24 * 3600_000

const machineOf = (host: string): string => createHash('sha256').update(host).digest('hex').slice(0, 8)

/** Name under which this process writes a file before it is renamed. */
export function draftOf(path: string): string {
  const { pid, host, started } = ownProcess()
  return `${path}.${machineOf(host)}-${pid}-${started}-${randomBytes(4).toString('hex')}.draft`
}

/** Removes the drafts of killed processes from a folder and those inside it; returns how many. Never throws. */
export function removeDeadDrafts(folder: string): number {
  let removed = 0
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) removed += removeDeadDrafts(path)
    else if (entry.isFile() && isDead(path, entry.name))
      try {
        rmSync(path)
        removed += 1
      } catch {
        // Another process was first, or the folder is read-only.
      }
  }
  return removed
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function isDead(path: string, name: string): boolean {
  const [, machine, pid, started] = PATTERN.exec(name) ?? []
  if (machine === undefined || pid === undefined || started === undefined) return false
  if (machine === machineOf(hostname())) return !isAlive({ pid: Number(pid), host: hostname(), started })
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  return written !== undefined && Date.now() - written > FOREIGN_AGE
}
