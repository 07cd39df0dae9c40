import { UmbraError } from '../errors/umbra-error.js'
import { readStartOf } from '../util/regular-file.js'

/** Bytes that tell formats apart; a tar archive has its mark at 257. */
const LENGTH = 512

/** The first bytes of a weight file. Throws UMBRA_FILE_MISSING if it is not a file that can be read. */
export function readStart(file: string): Uint8Array {
  const read = readStartOf(file, LENGTH)
  if ('bytes' in read) return read.bytes
  throw new UmbraError('UMBRA_FILE_MISSING', {
    subject: `weight file ${file}`,
    received: read.missing === true ? 'no such file' : read.problem.replace(/^it is /, ''),
  })
}
