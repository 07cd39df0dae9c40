import { UmbraError } from '@umbra/core'
import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cacheDir } from '../cache-dir.js'
import { fileError } from '../file-error.js'
import { download } from '../net/download.js'
import { type HttpClient, httpClient } from '../net/http.js'
import { pipIndex } from '../net/pip-index.js'
import { type IndexFile, projectFiles } from '../net/simple-index.js'
import { type BindingPackage, bindingPackage } from './binding-package.js'
import { buildAddon } from './build-addon.js'
import { chooseWheel } from './choose-wheel.js'
import { type Compiler, needCompiler } from './compiler.js'
import {
  type InstalledEngine,
  MANIFEST,
  type Manifest,
  engineName,
  enginesDir,
  listEngines,
} from './installed.js'
import { sha256Of, wheelsIn } from './local-wheel.js'
import { type Platform, type WheelSource, thisPlatform, wheelSource } from './platform.js'
import { unpackWheel } from './unpack-wheel.js'

/** The libtensorflow taken unless another is asked for. */
export const DEFAULT_TENSORFLOW = '2.21.0'

export interface InstallOptions {
  /** Of libtensorflow: `2.21.0`. */
  readonly version?: string
  /** The build for NVIDIA GPUs, with its CUDA libraries. */
  readonly gpu?: boolean
  /** Package index; else pip's settings, else PyPI. */
  readonly index?: string
  /** A folder that already holds the wheel; nothing is downloaded. */
  readonly from?: string
  /** Builds anew what is already installed. */
  readonly force?: boolean
  readonly cache?: string
  readonly signal?: AbortSignal
}

/** Where an installation stands. */
export interface InstallProgress {
  readonly phase: 'find' | 'download' | 'check' | 'unpack' | 'build' | 'done'
  /** What is worked on: a wheel's name, a compiler, a folder. */
  readonly item: string
  /** Bytes; 0 of 0 where there is nothing to count. */
  readonly done: number
  readonly total: number
}

/** Everything one installation works with. */
interface Job {
  readonly platform: Platform
  readonly source: WheelSource
  readonly version: string
  readonly gpu: boolean
  readonly cache: string
  readonly binding: BindingPackage
  readonly compiler: Compiler
  readonly signal: AbortSignal | undefined
  readonly report: (progress: InstallProgress) => void
}

/**
 * Puts a current libtensorflow into the user's cache and builds the addon of tfjs-node for it. Pure Node and a C++ compiler;
 * no file of node_modules is touched, and nothing half-installed is left: the folder appears with its last rename.
 *
 * Throws UMBRA_ENGINE_PLATFORM, UMBRA_ENGINE_COMPILER, UMBRA_ENGINE_BUILD, UMBRA_ENGINE_UNAVAILABLE, UMBRA_DOWNLOAD,
 * UMBRA_DOWNLOAD_CHECKSUM, UMBRA_ARCHIVE, UMBRA_DISK_FULL, UMBRA_READ_ONLY, UMBRA_INTERRUPTED.
 */
export async function installTensorflow(
  options: InstallOptions = {},
  progress: (progress: InstallProgress) => void = () => undefined,
): Promise<InstalledEngine> {
  const { version = DEFAULT_TENSORFLOW, gpu = false, cache = cacheDir(), signal } = options
  if (!/^\d+(\.\d+){1,3}$/.test(version)) {
    throw new UmbraError('UMBRA_OPTION', {
      subject: 'option "version" of engine install',
      expected: `a version like ${DEFAULT_TENSORFLOW}`,
      received: version,
    })
  }
  const platform = thisPlatform()
  const source = wheelSource(platform, gpu)
  const binding = bindingPackage()
  const present = installed(cache, version, gpu, binding)
  if (present !== undefined && options.force !== true) {
    progress({ phase: 'done', item: present.folder, done: 0, total: 0 })
    return present
  }
  const compiler = await needCompiler()
  const job: Job = { platform, source, version, gpu, cache, binding, compiler, signal, report: progress }
  const client = httpClient()
  try {
    return await install(job, client, options)
  } catch (cause) {
    if (cause instanceof UmbraError || signal?.aborted !== true) throw cause
    throw new UmbraError('UMBRA_INTERRUPTED', {
      subject: 'installation of the tensorflow engine',
      remedy: 'Run the same command again; nothing half-installed is left',
      cause,
    })
  } finally {
    await client.close()
  }
}

function installed(
  cache: string,
  version: string,
  gpu: boolean,
  binding: BindingPackage,
): InstalledEngine | undefined {
  const name = engineName(version, gpu)
  return listEngines(cache).find((engine) => engine.name === name && engine.binding === binding.version)
}

async function install(job: Job, client: HttpClient, options: InstallOptions): Promise<InstalledEngine> {
  const { report, source, version, cache, signal } = job
  const { from } = options
  const index = pipIndex(options.index)
  const where = from ?? index
  report({ phase: 'find', item: `${source.project} ${version}`, done: 0, total: 0 })
  const files =
    from === undefined ? await projectFiles(client, index, source.project, signal) : await wheelsIn(from)
  const wheel = chooseWheel(files, source, version, where)
  const local = from !== undefined
  const path = local ? wheel.url : join(cache, 'downloads', wheel.filename)
  const sha256 = local ? await sha256Of(path) : wheel.sha256
  if (!local) await fetchWheel(job, client, wheel, path)

  const engine = await stage(job, path, { wheel: wheel.filename, sha256 })
  if (!local) await rm(path, { force: true })
  report({ phase: 'done', item: engine.folder, done: 0, total: 0 })
  return engine
}

async function fetchWheel(job: Job, client: HttpClient, wheel: IndexFile, path: string): Promise<void> {
  const { report, signal, cache } = job
  const folder = join(cache, 'downloads')
  // Unpacked and packed lie side by side for a while; a wheel of libtensorflow grows to about three times its size.
  await needSpace(folder, (wheel.size ?? 0) * 4.2)
  const tell = (done: number, total: number): void =>
    report({ phase: 'download', item: wheel.filename, done, total })
  await download(client, wheel, path, { signal, onProgress: tell })
}

/** Unpacks and builds in a folder of its own, and renames it into place. */
async function stage(
  job: Job,
  wheelPath: string,
  taken: { readonly wheel: string; readonly sha256: string },
): Promise<InstalledEngine> {
  const { cache, version, gpu, source, binding, compiler, platform, signal, report } = job
  const root = enginesDir(cache)
  const folder = join(root, `.staging-${process.pid}-${randomBytes(4).toString('hex')}`)
  const name = engineName(version, gpu)
  const target = join(root, name)
  try {
    await makeFolder(folder)
    const written = await unpackWheel(wheelPath, folder, {
      wanted: (path) => isWanted(path, source.libraries),
      signal,
      reserve: (bytes) => needSpace(folder, bytes),
      onProgress: (done, total) => report({ phase: 'unpack', item: taken.wheel, done, total }),
    })
    checkContents(written, source, taken.wheel)
    report({ phase: 'build', item: compiler.version, done: 0, total: 0 })
    await buildAddon({ folder, libraries: source.libraries, binding, compiler, signal })
    await rm(join(folder, 'tensorflow', 'include'), { recursive: true })
    const manifest: Manifest = {
      format: 1,
      version,
      gpu,
      os: platform.os,
      arch: platform.arch,
      ...taken,
      companions: [],
      binding: binding.version,
      compiler: compiler.version,
      installed: new Date().toISOString(),
    }
    await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`)
    await rm(target, { recursive: true, force: true })
    await rename(folder, target)
    return { ...manifest, name, folder: target }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The two libraries, and the headers that the addon's sources include. */
export function isWanted(path: string, libraries: readonly string[]): boolean {
  if (libraries.some((name) => path === `tensorflow/${name}`)) return true
  return /^tensorflow\/include\/(tensorflow\/c\/|tsl\/|xla\/tsl\/|tensorflow\/core\/platform\/ctstring).*\.h$/.test(
    path,
  )
}

function checkContents(written: readonly string[], source: WheelSource, wheel: string): void {
  const needed = [
    ...source.libraries.map((name) => `tensorflow/${name}`),
    'tensorflow/include/tensorflow/c/c_api.h',
  ]
  const missing = needed.find((path) => !written.includes(path))
  if (missing === undefined) return
  throw new UmbraError('UMBRA_ARCHIVE', {
    subject: wheel,
    expected: missing,
    received: 'a wheel without it',
    remedy: `Take another version; ${DEFAULT_TENSORFLOW} is known to work`,
  })
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw fileError(folder, cause)
  })
}

/** Throws UMBRA_DISK_FULL where the disk of a folder has less room than that. */
async function needSpace(folder: string, bytes: number): Promise<void> {
  await makeFolder(folder)
  const { bavail, bsize } = await statfs(dirname(folder))
  const free = bavail * bsize
  if (free >= bytes) return
  const gigabytes = (value: number): string => `${(value / 1e9).toFixed(1)} GB`
  throw new UmbraError('UMBRA_DISK_FULL', {
    subject: folder,
    expected: `${gigabytes(bytes)} free`,
    received: gigabytes(free),
    remedy: 'Free some space, or name another folder with UMBRA_CACHE',
  })
}
