import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoadContext } from '@umbra/core'
import { sha256Of, writeFile } from '@umbra/core/files'

/** Decoded copies of archives, by the archive's sha256. */
export interface DecodedCache {
  /** The decoded bytes, if there is an undamaged copy. */
  readonly get: (archive: string) => Promise<Buffer | undefined>
  /** Keeps a copy; a failure is a notice, not an error. */
  readonly set: (archive: string, decoded: Uint8Array) => Promise<void>
}

/** The name of a copy has the checksums of archive and copy, so that a damaged copy is never used. */
export function createDecodedCache({
  cacheDir,
  notice,
}: Pick<LoadContext, 'cacheDir' | 'notice'>): DecodedCache {
  return {
    get: async (archive) => {
      const names = await readdir(cacheDir).catch(() => [])
      const name = names.find(
        (candidate) => candidate.startsWith(`${archive}-`) && candidate.endsWith('.bin'),
      )
      const bytes =
        name === undefined ? undefined : await readFile(join(cacheDir, name)).catch(() => undefined)
      return bytes !== undefined && name === fileName(archive, bytes) ? bytes : undefined
    },
    set: async (archive, decoded) => {
      try {
        await writeFile(join(cacheDir, fileName(archive, decoded)), decoded)
      } catch (error) {
        notice(`the decoded copy could not be kept: ${(error as Error).message}`)
      }
    },
  }
}

const fileName = (archive: string, decoded: Uint8Array): string =>
  `${archive}-${sha256Of(decoded).slice(0, 32)}.bin`
