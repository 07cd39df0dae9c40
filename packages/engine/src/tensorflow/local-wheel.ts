import { UmbraError } from '@umbra/core'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { IndexFile } from '../net/simple-index.js'
import { cacheError } from '../cache-error.js'

/** The wheels of a folder as files of an index, whose `url` is a path. Throws UMBRA_FILE_MISSING. */
export async function wheelsIn(folder: string): Promise<IndexFile[]> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (cause) {
    throw new UmbraError('UMBRA_FILE_MISSING', {
      subject: folder,
      expected: 'a folder with the wheel of tensorflow',
      cause,
    })
  }
  const files: IndexFile[] = []
  for (const filename of names.filter((name) => name.endsWith('.whl'))) {
    const path = join(folder, filename)
    files.push({ filename, url: path, sha256: '', size: (await stat(path)).size, yanked: false })
  }
  return files
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  } catch (cause) {
    throw cacheError(path, cause)
  }
  return hash.digest('hex')
}
