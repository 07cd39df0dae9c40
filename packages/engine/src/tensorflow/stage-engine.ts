import { UmbraError } from '@umbra/core'
import { randomBytes } from 'node:crypto'
import { readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheError } from '../cache-error.js'
import { BINDING, KERNELS, installedBinding } from './binding-source.js'
import { buildAddon } from './build-addon.js'
import { needSpace } from './need-space.js'
import { fetchBinding } from './fetch-binding.js'
import type { FetchedWheels, LocalWheel } from './fetch-wheels.js'
import type { InstallJob } from './install-job.js'
import { type InstalledEngine, MANIFEST, type Manifest, engineName, enginesDir } from './installed.js'
import { copyBinding, unpackBinding } from './place-binding.js'
import { unpackWheel } from './unpack-wheel.js'

/** The default version of libtensorflow. */
export const DEFAULT_TENSORFLOW = '2.21.0'

const STAGING = '.staging-'

/**
 * Unpacks and builds in a staging folder, and renames it into place. Called under the lock: existing staging folders are
 * those of killed processes.
 */
export async function stageEngine(
  job: InstallJob,
  wheels: FetchedWheels,
  from?: string,
): Promise<InstalledEngine> {
  const root = enginesDir(job.cache)
  await removeStaging(root)
  const folder = join(root, `${STAGING}${randomBytes(6).toString('hex')}`)
  const name = engineName(job.version, job.gpu)
  const target = join(root, name)
  try {
    await needSpace(folder, 0)
    await placeBinding(job, folder, from)
    await unpackAll(job, wheels, folder)
    job.report({ phase: 'build', item: job.compiler.version, done: 0, total: 0 })
    const { compiler, signal, source } = job
    await buildAddon({ folder, libraries: source.libraries, compiler, signal })
    const manifest = manifestOf(job, wheels)
    await finish(folder, target, manifest)
    return { ...manifest, name, folder: target }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The kernels of tfjs-node and the sources of its addon: those installed beside this package, else its tarball's. */
async function placeBinding(
  { cache, signal, report }: InstallJob,
  folder: string,
  from?: string,
): Promise<void> {
  const target = join(folder, KERNELS)
  const installed = installedBinding()
  if (installed !== undefined) return copyBinding(installed, target)
  report({ phase: 'download', item: `${BINDING.name} ${BINDING.version}`, done: 0, total: 0 })
  await unpackBinding(await fetchBinding({ cache, from, signal }), target)
}

async function unpackAll(
  job: InstallJob,
  { main, companions }: FetchedWheels,
  folder: string,
): Promise<void> {
  const { libraries } = job.source
  const written = await unpack(job, main, folder, (path) => isRuntimeFile(path, libraries))
  const needed = [...libraries.map((name) => `tensorflow/${name}`), 'tensorflow/include/tensorflow/c/c_api.h']
  const missing = needed.find((path) => !written.includes(path))
  if (missing !== undefined) {
    throw new UmbraError('UMBRA_ARCHIVE', {
      subject: main.wheel,
      expected: missing,
      received: 'a wheel without that file',
      remedy: `Install another version; ${DEFAULT_TENSORFLOW} is known to work`,
    })
  }
  // libtensorflow looks for CUDA in ../nvidia/<part>/lib, relative to its folder.
  for (const wheel of companions) {
    await unpack(job, wheel, folder, (path) => /^nvidia\/\w+\/lib\/[^/]+$/.test(path))
  }
}

function unpack(
  { signal, report }: InstallJob,
  { path, wheel }: LocalWheel,
  folder: string,
  isIncluded: (path: string) => boolean,
): Promise<string[]> {
  return unpackWheel(path, folder, {
    isIncluded,
    signal,
    reserve: (bytes) => needSpace(folder, bytes),
    onProgress: (done, total) => report({ phase: 'unpack', item: wheel, done, total }),
  })
}

/** The two libraries, and the headers that the addon's sources include. */
function isRuntimeFile(path: string, libraries: readonly string[]): boolean {
  if (libraries.some((name) => path === `tensorflow/${name}`)) return true
  return /^tensorflow\/include\/(tensorflow\/c\/|tsl\/|xla\/tsl\/|tensorflow\/core\/platform\/ctstring).*\.h$/.test(
    path,
  )
}

function manifestOf(job: InstallJob, { main, companions }: FetchedWheels): Manifest {
  return {
    format: 1,
    version: job.version,
    gpu: job.gpu,
    os: job.platform.os,
    arch: job.platform.arch,
    wheel: main.wheel,
    sha256: main.sha256,
    companions: companions.map(({ wheel, sha256 }) => ({ wheel, sha256 })),
    binding: BINDING.version,
    compiler: job.compiler.version,
    installed: new Date().toISOString(),
  }
}

async function finish(folder: string, target: string, manifest: Manifest): Promise<void> {
  try {
    for (const part of [
      ['tensorflow', 'include'],
      [KERNELS, 'binding'],
    ])
      await rm(join(folder, ...part), { recursive: true, force: true })
    await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`)
    await rm(target, { recursive: true, force: true })
    await rename(folder, target)
  } catch (cause) {
    throw cacheError(target, cause)
  }
}

async function removeStaging(root: string): Promise<void> {
  const names = await readdir(root).catch(() => [])
  for (const name of names.filter((entry) => entry.startsWith(STAGING))) {
    await rm(join(root, name), { recursive: true, force: true })
  }
}
