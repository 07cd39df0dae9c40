import { UmbraError } from '@umbra/core'
import xz from 'xz-decompress'

/**
 * Decompresses an `.xz` file of at most `limit` bytes.
 *
 * Throws UMBRA_FILE_CORRUPT, naming `shown`, for one that is damaged, truncated, or larger once decompressed.
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
