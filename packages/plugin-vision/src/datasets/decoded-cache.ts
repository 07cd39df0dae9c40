import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoadContext } from '@umbra/core'
import { writeFile } from '@umbra/core/files'
import { sha256 } from './checksums.js'

/** Decoded copies of archives, by the archive's sha256. */
export interface DecodedCache {
  /** The decoded bytes, if an undamaged copy is there. */
  readonly get: (archive: string) => Promise<Buffer | undefined>
  /** Keeps a copy; where that fails, says so and goes on. */
  readonly set: (archive: string, decoded: Uint8Array) => Promise<void>
}

/** A copy's name holds the archive's checksum and its own, so that a damaged copy is never used. */
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
        notice(`no decoded copy is kept: ${(error as Error).message}`)
      }
    },
  }
}

const fileName = (archive: string, decoded: Uint8Array): string =>
  `${archive}-${sha256(decoded).slice(0, 32)}.bin`
