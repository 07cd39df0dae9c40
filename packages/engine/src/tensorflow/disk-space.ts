import { UmbraError } from '@umbra/core'
import { mkdir, statfs } from 'node:fs/promises'
import { fileError } from '../file-error.js'

/** Makes a folder. Throws UMBRA_DISK_FULL where its disk has less room than so many bytes, UMBRA_READ_ONLY. */
export async function needSpace(folder: string, bytes: number): Promise<void> {
  let free: number
  try {
    await mkdir(folder, { recursive: true })
    const { bavail, bsize } = await statfs(folder)
    free = bavail * bsize
  } catch (cause) {
    throw fileError(folder, cause)
  }
  if (free >= bytes) return
  throw new UmbraError('UMBRA_DISK_FULL', {
    subject: folder,
    expected: `${gigabytes(bytes)} free`,
    received: gigabytes(free),
    remedy: 'Free some space, or name another folder with UMBRA_CACHE',
  })
}

const gigabytes = (value: number): string => `${(value / 1e9).toFixed(1)} GB`
