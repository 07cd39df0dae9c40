import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { UmbraError } from '../errors/umbra-error.js'

/** Bytes that tell formats apart; a tar archive has its mark at 257. */
const LENGTH = 512

/** The first bytes of a weight file. Throws UMBRA_FILE_MISSING if it is not a file that can be read. */
export function readStart(file: string): Uint8Array {
  const status = statSync(file, { throwIfNoEntry: false })
  if (status?.isFile() !== true)
    throw new UmbraError('UMBRA_FILE_MISSING', {
      subject: `weight file ${file}`,
      received: status === undefined ? 'no such file' : status.isDirectory() ? 'a folder' : 'not a file',
    })
  const descriptor = openSync(file, 'r')
  try {
    const bytes = new Uint8Array(LENGTH)
    return bytes.subarray(0, readSync(descriptor, bytes))
  } finally {
    closeSync(descriptor)
  }
}
