import { dirname, resolve } from 'node:path'
import type { Io } from '../process/io.js'
import { type ModuleLoader, createModuleLoader } from './module-loader.js'
import { findConfig } from './find-config.js'
import { type RawConfig, readConfig } from './read-config.js'

/** The configuration file of a command, if there is one, and a loader for the modules it names. */
export interface Project {
  /** Absent without a configuration file. */
  readonly file?: string
  /** Relative paths of the configuration are resolved against this folder. */
  readonly baseDir: string
  readonly raw: RawConfig
  readonly loader: ModuleLoader
}

export async function loadProject(configPath: string | undefined, io: Io): Promise<Project> {
  const loader = createModuleLoader()
  const file = findConfig(configPath, io.cwd)
  if (file === undefined) return { baseDir: resolve(io.cwd), raw: {}, loader }
  return { file, baseDir: dirname(file), raw: await readConfig(file, loader), loader }
}
