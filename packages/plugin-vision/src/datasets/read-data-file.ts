import { readFile } from 'node:fs/promises'
import type { LoadContext } from '@umbra/core'
import { sha256Of } from '@umbra/core/files'
import { type CifarLayout, recordBytes } from './cifar-layout.js'
import { createDecodedCache } from './decoded-cache.js'
import { decodeXz } from './decode-xz.js'
import type { FoundFile } from './find-cifar-files.js'

/** Most records of a file without a fixed number. */
const MAX_RECORDS = 200_000

/** Uncompressed bytes of a data file; a decoded copy of a compressed one is kept in the cache folder. */
export async function readDataFile(
  file: FoundFile,
  layout: CifarLayout,
  context: LoadContext,
): Promise<Buffer> {
  const bytes = await readFile(file.path)
  if (!file.compressed) return bytes
  const cache = createDecodedCache(context)
  const key = sha256Of(bytes)
  const kept = await cache.get(key)
  if (kept !== undefined) return kept
  context.notice(`decompressing ${file.shown} (${Math.round(bytes.length / 1e6)} MB)`)
  const decoded = await decodeXz(bytes, (file.spec.records ?? MAX_RECORDS) * recordBytes(layout), file.shown)
  await cache.set(key, decoded)
  return decoded
}
