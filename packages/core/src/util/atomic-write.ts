import { accessSync, appendFileSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { ErrorCode } from '../errors/codes.js'
import { UmbraError } from '../errors/umbra-error.js'

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

/** Writes a whole file: to a temporary name, flushed, renamed. A reader sees the old content or the new, never a part. */
export async function writeFile(path: string, data: Uint8Array | string): Promise<void> {
  try {
    mkdirSync(dirname(path), { recursive: true })
    await writeFileAtomic(
      path,
      typeof data === 'string' ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength),
    )
  } catch (cause) {
    throw writeError(path, cause)
  }
}

/** The same, done when it returns: for listeners, which cannot wait. */
export function writeFileNow(path: string, data: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileAtomic.sync(path, data)
  } catch (cause) {
    throw writeError(path, cause)
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
