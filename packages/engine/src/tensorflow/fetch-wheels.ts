import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { download } from '../net/download.js'
import type { HttpClient } from '../net/http.js'
import { pipIndex } from '../net/pip-index.js'
import { type IndexFile, projectFiles } from '../net/simple-index.js'
import { chooseCompanion, chooseWheel } from './choose-wheel.js'
import { needSpace } from './need-space.js'
import type { InstallJob } from './install-job.js'
import { sha256Of, wheelsIn } from './local-wheel.js'
import { type Requirement, requirementsOf } from './requirements.js'
import { readMetadata } from './unpack-wheel.js'

/** A wheel on this machine. */
export interface LocalWheel {
  readonly path: string
  readonly wheel: string
  readonly sha256: string
}

export interface FetchedWheels {
  readonly main: LocalWheel
  /** The CUDA libraries of a GPU build. */
  readonly companions: readonly LocalWheel[]
  /** Deletes the downloaded files. */
  readonly discard: () => Promise<void>
}

/** Where wheels come from: a package index or a folder. */
interface Shelf {
  readonly name: string
  readonly list: (project: string) => Promise<IndexFile[]>
  readonly take: (file: IndexFile) => Promise<LocalWheel>
  readonly discard: (wheels: readonly LocalWheel[]) => Promise<void>
}

/** A wheel of libtensorflow unpacks to about three times its size, and both exist for a while. */
const MAIN_ROOM = 4.2
const COMPANION_ROOM = 2.6

/** Chooses and fetches the wheel of libtensorflow and, for a GPU, the wheels of the CUDA libraries it names. */
export async function fetchWheels(
  job: InstallJob,
  client: HttpClient,
  options: { readonly index?: string; readonly from?: string },
): Promise<FetchedWheels> {
  const { report, source, version, cache, gpu } = job
  const shelf =
    options.from === undefined
      ? indexShelf(job, client, pipIndex(options.index))
      : folderShelf(options.from, job)
  report({ phase: 'find', item: `${source.project} ${version}`, done: 0, total: 0 })
  const file = chooseWheel(await shelf.list(source.project), source, version, shelf.name)
  await needSpace(join(cache, 'downloads'), (file.size ?? 0) * MAIN_ROOM)
  const main = await shelf.take(file)
  const companions = gpu ? await fetchCompanions(job, shelf, main) : []
  return { main, companions, discard: () => shelf.discard([main, ...companions]) }
}

async function fetchCompanions(job: InstallJob, shelf: Shelf, main: LocalWheel): Promise<LocalWheel[]> {
  const needed = requirementsOf(await readMetadata(main.path), 'and-cuda').filter(isLibrary)
  const files: IndexFile[] = []
  for (const requirement of needed) {
    job.report({ phase: 'find', item: requirement.project, done: 0, total: 0 })
    files.push(chooseCompanion(await shelf.list(requirement.project), job.source, requirement, shelf.name))
  }
  const bytes = files.reduce((sum, file) => sum + (file.size ?? 0), 0)
  await needSpace(join(job.cache, 'downloads'), bytes * COMPANION_ROOM)
  const wheels: LocalWheel[] = []
  for (const file of files) wheels.push(await shelf.take(file))
  return wheels
}

/** The CUDA compiler is required too, but only XLA uses it, and tfjs does not use XLA. */
const isLibrary = ({ project }: Requirement): boolean => !project.startsWith('nvidia-cuda-nvcc-')

function indexShelf({ cache, signal, report }: InstallJob, client: HttpClient, index: string): Shelf {
  return {
    name: index,
    list: (project) => projectFiles(client, index, project, { signal }),
    take: async (file) => {
      const path = join(cache, 'downloads', file.filename)
      const onProgress = (done: number, total: number): void =>
        report({ phase: 'download', item: file.filename, done, total })
      await download(client, file, path, { signal, onProgress })
      return { path, wheel: file.filename, sha256: file.sha256 }
    },
    discard: async (wheels) => {
      for (const { path } of wheels) await rm(path, { force: true })
    },
  }
}

function folderShelf(folder: string, { report }: InstallJob): Shelf {
  return {
    name: folder,
    list: () => wheelsIn(folder),
    take: async (file) => {
      report({ phase: 'check', item: file.filename, done: 0, total: 0 })
      return { path: file.url, wheel: file.filename, sha256: await sha256Of(file.url) }
    },
    discard: () => Promise.resolve(),
  }
}
