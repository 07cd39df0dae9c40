import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { UmbraError } from '@umbra/core'

const REMEDY = 'Remove it; what it leads to is left alone'

/** Throws UMBRA_FILE_CORRUPT where something else is in the place of a folder: what is written to a link would be elsewhere. */
export function checkOwnFolder(path: string): void {
  const there = stateOf(path)
  if (there === undefined || there.isDirectory()) return
  throw new UmbraError('UMBRA_FILE_CORRUPT', {
    subject: path,
    expected: 'a folder',
    received: there.isSymbolicLink() ? 'a link' : 'a file',
    remedy: REMEDY,
  })
}

/** Throws UMBRA_FILE_CORRUPT for a link, a pipe or a device anywhere in a folder: runs write only files and folders. */
export function checkOwnFiles(folder: string): void {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) checkOwnFiles(path)
    else if (!entry.isFile())
      throw new UmbraError('UMBRA_FILE_CORRUPT', {
        subject: path,
        expected: 'a file or a folder, as runs write them',
        received: entry.isSymbolicLink() ? 'a link' : 'a pipe or a device',
        remedy: REMEDY,
      })
  }
}

function stateOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    // It cannot be reached; whoever writes there says why.
    return undefined
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
