import { dirname, resolve } from 'node:path'
import type { Io } from '../process/io.js'
import { type ModuleLoader, createModuleLoader } from './module-loader.js'
import { findConfig } from './find-config.js'
import { type RawConfig, readConfig } from './read-config.js'

/** What lies around a command: a configuration file, if there is one, and a loader for modules it names. */
export interface Project {
  /** Absent where no file was found. */
  readonly file?: string
  /** Folder that relative paths of the configuration are meant from. */
  readonly baseDir: string
  readonly raw: RawConfig
  readonly loader: ModuleLoader
}

export async function loadProject(given: string | undefined, io: Io): Promise<Project> {
  const loader = createModuleLoader()
  const file = findConfig(given, io.cwd)
  if (file === undefined) return { baseDir: resolve(io.cwd), raw: {}, loader }
  return { file, baseDir: dirname(file), raw: await readConfig(file, loader), loader }
}
