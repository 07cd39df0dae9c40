import { UmbraError } from '@umbra/core'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheError } from '../cache-error.js'
import { BINDING } from './binding-source.js'

export interface FetchOptions {
  readonly cache: string
  /** A folder that contains the tarball; nothing is downloaded. */
  readonly from?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Of the tarball. */
  readonly integrity?: string
}

const FILE = `${BINDING.name.replace('@', '').replace('/', '-')}-${BINDING.version}.tgz`

/**
 * The tarball of tfjs-node, from the registry that npm is configured for, or from a folder. npm fetches it, so that its settings hold: registry, tokens,
 * proxy, certificates. Nothing of it is run. Throws UMBRA_DOWNLOAD, UMBRA_DOWNLOAD_CHECKSUM, UMBRA_FILE_MISSING, UMBRA_WRITE.
 */
export async function fetchBinding({
  cache,
  from,
  signal,
  integrity = BINDING.integrity,
}: FetchOptions): Promise<Uint8Array> {
  const bytes = from === undefined ? await packed(cache, signal) : await tarballIn(from)
  const [algorithm = '', expected] = integrity.split(/-(.*)/s)
  const received = createHash(algorithm).update(bytes).digest('base64')
  if (received === expected) return bytes
  throw new UmbraError('UMBRA_DOWNLOAD_CHECKSUM', {
    subject: FILE,
    expected: integrity,
    received: `${algorithm}-${received}`,
    remedy: 'The file is changed in transit; let npm use another registry',
  })
}

async function packed(cache: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const downloads = join(cache, 'downloads')
  const folder = await mkdir(downloads, { recursive: true })
    .then(() => mkdtemp(join(downloads, 'tfjs-node-')))
    .catch((cause: unknown) => {
      throw cacheError(downloads, cause)
    })
  const specifier = `${BINDING.name}@${BINDING.version}`
  const args = ['pack', specifier, '--ignore-scripts', '--loglevel=error', '--pack-destination', folder]
  try {
    await promisify(execFile)('npm', args, signal === undefined ? {} : { signal })
    return await readFile(join(folder, FILE))
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    throw new UmbraError('UMBRA_DOWNLOAD', {
      subject: `npm pack ${specifier}`,
      received: lastLine(cause),
      remedy: `Check the network and npm's settings (npm config get registry), or put ${FILE} in a folder and name it with --from`,
      cause,
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function lastLine(cause: unknown): string {
  const { stderr: output } = cause as { readonly stderr?: string }
  const lines = (output ?? '')
    .trim()
    .split('\n')
    .filter((line) => !line.includes('A complete log'))
  const last = lines.at(-1)?.replace(/^npm (?:error|ERR!) /, '') ?? ''
  if (last !== '') return last
  return cause instanceof Error ? cause.message : String(cause)
}

async function tarballIn(folder: string): Promise<Uint8Array> {
  const names: readonly string[] = await readdir(folder).catch(() => [])
  if (names.includes(FILE)) return readFile(join(folder, FILE))
  throw new UmbraError('UMBRA_FILE_MISSING', {
    subject: join(folder, FILE),
    expected: `the tarball of ${BINDING.name} beside the wheel`,
    remedy: `Run "npm pack ${BINDING.name}@${BINDING.version}" in that folder`,
  })
}
