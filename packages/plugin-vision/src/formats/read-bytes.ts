import { readFile, stat } from 'node:fs/promises'
import { UmbraError } from '@umbra/core'

const MAX_BYTES = 2 * 2 ** 30 - 1

/** Bytes of a weight file. Throws UMBRA_FILE_MISSING, and UMBRA_FILE_CORRUPT for one too large to be weights. */
export async function readBytes(path: string): Promise<Buffer> {
  const status = await stat(path).catch(() => undefined)
  if (!status?.isFile())
    throw new UmbraError('UMBRA_FILE_MISSING', {
      subject: `weight file ${path}`,
      expected: 'a file',
      received: status === undefined ? 'nothing there' : 'a folder',
      remedy: 'Check the path; relative paths are resolved against the folder of the configuration',
    })
  if (status.size > MAX_BYTES)
    throw new UmbraError('UMBRA_FILE_CORRUPT', {
      subject: `weight file ${path}`,
      expected: 'at most 2 GiB',
      received: `${status.size} bytes`,
    })
  return readFile(path)
}
