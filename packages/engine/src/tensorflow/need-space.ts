import { UmbraError } from '@umbra/core'
import { makeFolder } from '@umbra/core/files'
import { access, constants, statfs } from 'node:fs/promises'
import { cacheError } from '../cache-error.js'

/** Makes a folder. Throws UMBRA_DISK_FULL if its disk has less free space than `bytes`, UMBRA_READ_ONLY, UMBRA_WRITE. */
export async function needSpace(folder: string, bytes: number): Promise<void> {
  let free: number
  try {
    makeFolder(folder)
    await access(folder, constants.W_OK)
    const { bavail, bsize } = await statfs(folder)
    free = bavail * bsize
  } catch (cause) {
    throw cacheError(folder, cause)
  }
  if (free >= bytes) return
  throw new UmbraError('UMBRA_DISK_FULL', {
    subject: folder,
    expected: `${gigabytes(bytes)} free`,
    received: gigabytes(free),
    remedy: 'Free some space, or choose another folder with UMBRA_CACHE',
  })
}

const gigabytes = (value: number): string => `${(value / 1e9).toFixed(1)} GB`
