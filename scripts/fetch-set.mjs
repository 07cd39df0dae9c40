import { spawnSync } from 'node:child_process'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { FetchFailed, fetchFile, isFetched } from './fetch-file.mjs'

/**
 * Fetches the missing files of a set into `root`; existing files have their final name and were verified.
 *
 * Throws FetchFailed.
 *
 * @param {import('./data-files.mjs').PackedSet | import('./data-files.mjs').PlainSet} set
 * @param {string} root
 * @param {{ mirror?: string, say?: (line: string) => void, retries?: number, pause?: number }} [options] `mirror`: address
 *   of a folder that has all files by their names
 */
export async function fetchSet(set, root, options = {}) {
  const folder = join(root, set.folder)
  await ('archive' in set ? fetchPacked(set, folder, options) : fetchPlain(set, folder, options))
}

async function fetchPlain({ files }, folder, options) {
  const failures = []
  for (const file of files) {
    const target = join(folder, file.name)
    if (await isFetched(file, target)) {
      options.say?.(`  ${file.name} is there`)
      continue
    }
    await fetchNamed(file, target, options).catch((error) => {
      if (!(error instanceof FetchFailed)) throw error
      failures.push(error.message)
    })
  }
  if (failures.length > 0) throw new FetchFailed(failures.join('\n  '))
}

async function fetchPacked({ archive, members }, folder, options) {
  const lacking = await lackingMembers(members, folder)
  if (lacking.length === 0) return options.say?.(`  ${Object.keys(members).join(', ')} are there`)
  const packed = join(folder, archive.name)
  if (!(await isFetched(archive, packed))) await fetchNamed(archive, packed, options)
  await unpack(archive.name, folder, members)
  await rm(packed)
  options.say?.(`  unpacked ${Object.keys(members).join(', ')}`)
}

/** Extracts the members of an archive with one folder; none gets its name before all are extracted. */
async function unpack(name, folder, members) {
  const temporary = join(folder, '.unpack')
  // Left by an earlier process that was killed.
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary)
  try {
    // The system's tar: Linux, macOS and Windows have it. Relative names, because some take `C:` for a host.
    const { status, error, stderr } = spawnSync(
      'tar',
      ['-xzf', `../${name}`, '--strip-components=1', '--no-same-owner'],
      { cwd: temporary, encoding: 'utf8' },
    )
    if (status !== 0) throw new FetchFailed(`${name}: cannot be unpacked: ${error?.message ?? stderr.trim()}`)
    const lacking = await lackingMembers(members, temporary)
    if (lacking.length > 0)
      throw new FetchFailed(`${name}: lacks ${lacking.join(', ')}, or they have another size`)
    for (const member of Object.keys(members)) await rename(join(temporary, member), join(folder, member))
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function lackingMembers(members, folder) {
  const sizes = await Promise.all(
    Object.keys(members).map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => undefined,
      ),
    ),
  )
  return Object.entries(members).flatMap(([name, bytes], i) => (sizes[i] === bytes ? [] : [name]))
}

async function fetchNamed(file, target, { mirror, say, ...options }) {
  const url = mirror === undefined ? file.url : `${mirror.replace(/\/$/, '')}/${file.name}`
  say?.(`  ${url}`)
  let shown = 0
  const onProgress = (done, total) => {
    // A line every 25 MB: it reads well in a terminal and in a log.
    if (done - shown < 25_000_000) return
    shown = done
    say?.(`    ${megabytes(done)}${total > 0 ? ` of ${megabytes(total)}` : ''}`)
  }
  await fetchFile({ ...file, url }, target, { ...options, onProgress })
}

const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`
