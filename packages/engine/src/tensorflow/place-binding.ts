import { UmbraError } from '@umbra/core'
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { type TarFileItem, parseTar } from 'nanotar'
import { BINDING, isNeeded } from './binding-source.js'

/** Bytes that the unpacked tarball may have. */
const LIMIT = 64 * 2 ** 20

/** Writes the needed files of a tarball of tfjs-node under a folder. Throws UMBRA_ARCHIVE. */
export async function unpackBinding(tarball: Uint8Array, folder: string): Promise<void> {
  const files = await filesIn(tarball)
  for (const { name, data } of files) {
    const path = name.replace(/^[^/]+\//, '')
    if (data === undefined || !isNeeded(path)) continue
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), data)
  }
}

/** Copies the needed files of an installed tfjs-node under a folder. */
export async function copyBinding(source: string, folder: string): Promise<void> {
  for (const entry of await readdir(source, { recursive: true, withFileTypes: true })) {
    const path = relative(source, join(entry.parentPath, entry.name)).split(sep).join('/')
    if (entry.isFile() && isNeeded(path)) await cp(join(source, path), join(folder, path))
  }
}

async function filesIn(tarball: Uint8Array): Promise<readonly TarFileItem[]> {
  try {
    return parseTar(await promisify(gunzip)(tarball, { maxOutputLength: LIMIT }))
  } catch (cause) {
    throw new UmbraError('UMBRA_ARCHIVE', {
      subject: `${BINDING.name} ${BINDING.version}`,
      expected: 'a tarball of npm',
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    })
  }
}
