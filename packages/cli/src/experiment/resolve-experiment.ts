import { resolve } from 'node:path'
import { type Registry, parseOptions } from '@umbra/core/trainer'
import { type ResolvedConfig, type SinkEntry, configSchema, defaultSinks } from '@umbra/experiment'
import { UmbraError } from '@umbra/core'
import { type ConfigFlags, applyFlags } from '../config/config-flags.js'
import { loadProject } from '../project/load-project.js'
import type { RawConfig } from '../config/read-config.js'
import { assembleProject } from '../project/assemble-project.js'
import type { Io } from '../process/io.js'

/** A complete configuration, with everything its ids stand for. */
export interface ResolvedExperiment {
  /** Its folder `runs` is absolute: it is resolved against the current folder, not the configuration's. */
  readonly config: ResolvedConfig
  readonly registry: Registry
  readonly baseDir: string
  /** The configuration file; absent where there is none. */
  readonly file?: string
}

export interface ExperimentFlags extends ConfigFlags {
  readonly config?: string
  readonly plugin?: readonly string[]
  readonly sink?: readonly string[]
}

/**
 * Reads, overrides and checks a configuration; `adjust` makes the command's final changes.
 * Throws UMBRA_CONFIG_FILE, UMBRA_CONFIG, UMBRA_USAGE and what plugins throw.
 */
export async function resolveExperiment(
  flags: ExperimentFlags,
  io: Io,
  adjust: (raw: RawConfig) => RawConfig = (raw) => raw,
): Promise<ResolvedExperiment> {
  const project = await loadProject(flags.config, io)
  if (project.file === undefined && flags.dataset === undefined) {
    throw new UmbraError('UMBRA_CONFIG_FILE', {
      subject: `no umbra.config.ts, .js, .json or .yaml in ${io.cwd}`,
      remedy: 'Give one with --config, or --dataset, --student and --methods',
    })
  }
  const raw = adjust(applyFlags(project.raw, flags, io.cwd))
  const subject = project.file === undefined ? 'the configuration' : `configuration ${project.file}`
  const config = parseOptions(configSchema, raw, subject, {
    noun: 'setting',
    wrong: 'UMBRA_CONFIG',
    unknown: 'UMBRA_CONFIG',
  })
  const registry = await assembleProject(project, flags.plugin, io)
  const sinks = withSinks(config.sinks ?? defaultSinks(registry), flags.sink ?? [])
  return {
    config: { ...config, sinks, runs: resolve(io.cwd, config.runs) },
    registry,
    baseDir: project.baseDir,
    ...(project.file === undefined ? {} : { file: project.file }),
  }
}

/** The sinks of a configuration, then those of flags that it does not list. */
const withSinks = (sinks: readonly SinkEntry[], flagged: readonly string[]): SinkEntry[] => {
  const listed = new Set(sinks.map(({ id }) => id))
  return [
    ...sinks,
    ...[...new Set(flagged)].filter((id) => !listed.has(id)).map((id) => ({ id, options: {} })),
  ]
}
