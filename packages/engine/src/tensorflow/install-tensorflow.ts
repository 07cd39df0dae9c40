import { UmbraError } from '@umbra/core'
import { withLock } from '@umbra/core/files'
import { join } from 'node:path'
import { cacheDir } from '../cache-dir.js'
import { httpClient } from '../net/http.js'
import { needCompiler } from './compiler.js'
import { needSpace } from './need-space.js'
import { fetchWheels } from './fetch-wheels.js'
import type { InstallJob, InstallProgress } from './install-job.js'
import { type InstalledEngine, engineName, enginesDir, listEngines } from './installed.js'
import { kernelsOf } from './library.js'
import { thisPlatform, wheelSource } from './platform.js'
import { DEFAULT_TENSORFLOW, stageEngine } from './stage-engine.js'

/** What to install and from where. */
export interface InstallOptions {
  /** Of libtensorflow: `2.21.0`. */
  readonly version?: string
  /** The build for NVIDIA GPUs, with its CUDA libraries. */
  readonly gpu?: boolean
  /** Package index; by default that of pip's settings, else PyPI. */
  readonly index?: string
  /** A folder that contains the wheels, and the tarball of `@tensorflow/tfjs-node-gpu`; nothing is downloaded. */
  readonly from?: string
  /** Replaces an existing installation. */
  readonly force?: boolean
  /** Instead of `cacheDir()`. */
  readonly cache?: string
  readonly signal?: AbortSignal
  /** Whether the lock of an installation on another machine, with the same cache, is taken over. */
  readonly takeOver?: boolean
  /** Told when another installation is waited for. */
  readonly say?: (text: string) => void
}

/**
 * Puts a current libtensorflow into the user's cache and builds the addon of tfjs-node for it, with Node and a C++ compiler.
 * Changes no file of node_modules, runs no install script, and leaves nothing half-installed: the folder appears with the final rename. An existing
 * installation is returned as it is.
 *
 * Throws UMBRA_ENGINE_PLATFORM, UMBRA_ENGINE_COMPILER, UMBRA_ENGINE_BUILD, UMBRA_FILE_MISSING, UMBRA_DOWNLOAD,
 * UMBRA_DOWNLOAD_CHECKSUM, UMBRA_ARCHIVE, UMBRA_DISK_FULL, UMBRA_READ_ONLY, UMBRA_INTERRUPTED.
 */
export async function installTensorflow(
  options: InstallOptions = {},
  progress: (progress: InstallProgress) => void = () => undefined,
): Promise<InstalledEngine> {
  const { version = DEFAULT_TENSORFLOW, gpu = false, cache = cacheDir(), force = false } = options
  const { signal = new AbortController().signal, takeOver = false, say } = options
  checkVersion(version)
  const platform = thisPlatform()
  const source = wheelSource(platform, gpu)
  const present = (): InstalledEngine | undefined =>
    listEngines(cache).find(
      (engine) => engine.name === engineName(version, gpu) && kernelsOf(engine) !== undefined,
    )
  const keep = (engine: InstalledEngine): InstalledEngine => {
    progress({ phase: 'done', item: engine.folder, done: 0, total: 0 })
    return engine
  }
  const first = present()
  if (first !== undefined && !force) return keep(first)
  const compiler = await needCompiler()
  const job: InstallJob = {
    platform,
    source,
    version,
    gpu,
    cache,
    compiler,
    signal,
    report: progress,
  }
  try {
    await needSpace(enginesDir(cache), 0)
    const wait = { signal, takeOver, ...(say === undefined ? {} : { say }) }
    return await withLock(join(enginesDir(cache), LOCK), wait, async () => {
      // Another process may have installed it while this one waited.
      const second = first === undefined ? present() : undefined
      return keep(second ?? (await install(job, options)))
    })
  } catch (cause) {
    if (cause instanceof UmbraError || !signal.aborted) throw cause
    throw new UmbraError('UMBRA_INTERRUPTED', {
      subject: 'installation of the tensorflow engine',
      remedy: 'Run the same command again; nothing half-installed remains',
      cause,
    })
  }
}

/** Not `.lock`: earlier versions made a folder of that name. */
const LOCK = '.install-lock'

async function install(job: InstallJob, options: InstallOptions): Promise<InstalledEngine> {
  const client = httpClient()
  try {
    const wheels = await fetchWheels(job, client, options)
    const engine = await stageEngine(job, wheels, options.from)
    await wheels.discard()
    return engine
  } finally {
    await client.close()
  }
}

function checkVersion(version: string): void {
  if (/^\d+(\.\d+){1,3}$/.test(version)) return
  throw new UmbraError('UMBRA_OPTION', {
    subject: 'option "version" of engine install',
    expected: `a version like ${DEFAULT_TENSORFLOW}`,
    received: version,
  })
}
