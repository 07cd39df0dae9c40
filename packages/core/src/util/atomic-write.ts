import {
  accessSync,
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  fsync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { ErrorCode } from '../errors/codes.js'
import { UmbraError } from '../errors/umbra-error.js'
import { draftOf } from './draft-files.js'
import { makeFolder } from './make-folder.js'

const flush = promisify(fsync)

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'UMBRA_DISK_FULL',
  EDQUOT: 'UMBRA_DISK_FULL',
  EROFS: 'UMBRA_READ_ONLY',
  EACCES: 'UMBRA_READ_ONLY',
  EPERM: 'UMBRA_READ_ONLY',
}
const REMEDIES: WriteRemedies = {
  UMBRA_DISK_FULL: 'Free some space and run the same command with --resume; finished work is kept',
  UMBRA_READ_ONLY: 'Choose another folder with --runs, or make this one writable',
}

/**
 * Writes a whole file: to a draft, flushed, renamed, and the folder flushed too. A reader sees the old content or the new,
 * never a part; other names of an old file (hard links) keep its content.
 */
export async function writeFile(path: string, data: Uint8Array | string): Promise<void> {
  const draft = draftOf(path)
  try {
    makeFolder(dirname(path))
    const file = await open(draft, 'wx')
    try {
      await file.writeFile(data)
      // Not the handle's own: Yarn Plug'n'Play has handles that cannot be flushed.
      await flush(file.fd)
    } finally {
      await file.close()
    }
    moveInto(draft, path)
  } catch (cause) {
    rmSync(draft, { force: true })
    throw writeError(path, cause)
  }
}

/** The same, done when it returns: for listeners, which cannot wait. */
export function writeFileNow(path: string, data: string): void {
  const draft = draftOf(path)
  try {
    makeFolder(dirname(path))
    writeFileSync(draft, data, { flag: 'wx', flush: true })
    moveInto(draft, path)
  } catch (cause) {
    rmSync(draft, { force: true })
    throw writeError(path, cause)
  }
}

/** Renames a draft, and flushes the folder: without that a power cut may undo the rename. */
function moveInto(draft: string, path: string): void {
  renameSync(draft, path)
  // Windows cannot open folders, and some file systems cannot flush them.
  try {
    const folder = openSync(dirname(path), 'r')
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EIO') throw cause
  }
}

/** Appends one line to a log. */
export function appendLine(path: string, line: string): void {
  try {
    appendFileSync(path, `${line}\n`)
  } catch (cause) {
    throw writeError(path, cause)
  }
}

/** What to do about a failed write, by error code. */
export type WriteRemedies = Partial<Record<ErrorCode, string>>

/** What a failed write means to the user: a full disk, a read-only folder, or something else. The remedies are those of a run. */
export function writeError(path: string, cause: unknown, remedies: WriteRemedies = REMEDIES): UmbraError {
  const reported = (cause as NodeJS.ErrnoException).code ?? ''
  // Making folders below one that is read-only fails with a code that does not say so.
  const system = reported === 'ENOENT' ? (refusal(dirname(path)) ?? reported) : reported
  const code = CODES[system] ?? 'UMBRA_WRITE'
  const remedy = remedies[code]
  return new UmbraError(code, {
    subject: `cannot write ${path}`,
    received: (cause as Error).message,
    ...(remedy === undefined ? {} : { remedy }),
    cause,
  })
}

/** Why the nearest folder that exists cannot be written to. */
function refusal(folder: string): string | undefined {
  if (!existsSync(folder)) return folder === dirname(folder) ? undefined : refusal(dirname(folder))
  try {
    accessSync(folder, constants.W_OK)
    return undefined
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code
  }
}
