import { UmbraError } from '@umbra/core'
import xz from 'xz-decompress'
import { unsupportedXz } from './xz-features.js'

/**
 * Decompresses an `.xz` file of at most `limit` bytes.
 *
 * Throws UMBRA_FILE_CORRUPT, naming `shown`, for one that is damaged, truncated, or larger once decompressed, and UMBRA_ARCHIVE
 * for one of a kind that is not read here.
 */
export async function decodeXz(
  bytes: Uint8Array<ArrayBuffer>,
  limit: number,
  shown: string,
): Promise<Buffer> {
  const fail = (received: string, cause?: unknown): never => {
    throw new UmbraError('UMBRA_FILE_CORRUPT', {
      subject: `data file ${shown}`,
      expected: 'an xz archive',
      received,
      remedy: 'Fetch it again',
      cause,
    })
  }
  const unsupported = unsupportedXz(bytes)
  if (unsupported !== undefined)
    throw new UmbraError('UMBRA_ARCHIVE', {
      subject: `data file ${shown}`,
      expected: 'an xz archive with LZMA2 alone and a checksum of CRC32 or CRC64, as xz writes by default',
      received: unsupported,
      remedy: 'Unpack it, and give the unpacked file',
    })
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for await (const part of new xz.XzReadableStream(new Blob([bytes]).stream())) {
      size += part.length
      if (size > limit) break
      // The decoder reuses its buffer.
      parts.push(part.slice())
    }
  } catch (cause) {
    return fail(`a damaged or truncated one, after ${size} bytes`, cause)
  }
  return size > limit ? fail(`one of more than ${limit} bytes when decompressed`) : Buffer.concat(parts)
}
