import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import type { RunCommand } from '../config/run-command.js'
import type { ResolvedConfig } from '../config/experiment-config.js'
import { readRunFile } from './run-file.js'
import { runName } from './run-identity.js'

export interface ThreadSetting {
  readonly command: RunCommand
  /** Arms that are trained side by side. */
  readonly arms: number
  readonly overwrite: boolean
  readonly cores?: number
}

/**
 * Decides how many threads an operation gets when the configuration does not: many arms keep the cores busy anyway, and
 * small operations lose more by being divided than they gain. An existing run keeps its number, since the last bits
 * depend on it; so the run's name must be known first.
 */
export function withThreads(
  config: ResolvedConfig,
  { command, arms, overwrite, cores = availableParallelism() }: ThreadSetting,
): ResolvedConfig {
  if (config.threads !== undefined) return config
  const name = runName(config, command)
  const begun = overwrite ? undefined : readBegun(join(resolve(config.runs), name))
  if (begun !== undefined)
    return { ...config, name, ...(begun.threads === undefined ? {} : { threads: begun.threads }) }
  return { ...config, name, threads: threadsFor(arms, cores) }
}

/** Two operations per core are enough to keep it busy. */
export const threadsFor = (arms: number, cores: number): number =>
  Math.max(1, Math.min(cores, Math.floor((2 * cores) / Math.max(1, arms))))

function readBegun(runDir: string): { readonly threads?: number | undefined } | undefined {
  const file = readRunFile(runDir)
  // The run that opens the folder reports problems with the file.
  return file.is === 'intact' ? file.value.basis : undefined
}
