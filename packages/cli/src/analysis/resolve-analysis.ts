import { resolve } from 'node:path'
import { type Registry, isRecord, parseOptions } from '@umbra/core/trainer'
import { type ResolvedConfig, configSchema } from '@umbra/experiment'
import { UmbraError, suggestion } from '@umbra/core'
import { contentHash } from '@umbra/core/files'
import { type ConfigFlags, applyFlags } from '../config/config-flags.js'
import { loadProject } from '../project/load-project.js'
import type { RawConfig } from '../config/read-config.js'
import { assembleProject } from '../project/assemble-project.js'
import type { Io } from '../process/io.js'
import { firstPartyModule } from '../project/first-party-module.js'

/** A configuration, used only for its data and its teachers: those of all pairs, each once. */
export type AnalysisConfig = ResolvedConfig

export interface AnalysisSetting {
  /** Its folder `runs` is absolute. */
  readonly config: AnalysisConfig
  /** What losses are decomposed against. */
  readonly against?: AnalysisConfig['teachers'][number]
  readonly registry: Registry
  readonly baseDir: string
}

export interface AnalysisConfigFlags extends ConfigFlags {
  readonly config?: string
  readonly plugin?: readonly string[]
  readonly normalisation?: string
  readonly against?: string
}

/** Reads, overrides and checks what `umbra analyze` needs. Throws UMBRA_CONFIG_FILE, UMBRA_CONFIG, UMBRA_USAGE, UMBRA_TEACHERS. */
export async function resolveAnalysis(flags: AnalysisConfigFlags, io: Io): Promise<AnalysisSetting> {
  const project = await loadProject(flags.config, io)
  if (project.file === undefined && flags.dataset === undefined)
    throw new UmbraError('UMBRA_CONFIG_FILE', {
      subject: `no umbra.config.ts, .js, .json or .yaml in ${io.cwd}`,
      remedy: 'Give one with --config, or --dataset and --teacher',
    })
  const { normalisation } = flags
  const named =
    normalisation === undefined ? undefined : await namedNormalisation(normalisation, project.baseDir, io)
  const normalised = (raw: RawConfig): RawConfig =>
    named === undefined ? raw : withNormalisation(raw, named)
  const raw = normalised(applyFlags(project.raw, flags, io.cwd))
  const subject = project.file === undefined ? 'the configuration' : `configuration ${project.file}`
  const config = parsed(raw, subject)
  if (config.teachers.length === 0)
    throw new UmbraError('UMBRA_TEACHERS', {
      subject: 'umbra analyze',
      expected: 'at least one teacher',
      received: 'none',
      remedy: 'Give one with --teacher model=weights, or list them under `teachers` in the configuration',
    })
  const registry = await assembleProject(project, flags.plugin, io)
  const { against } = flags
  const student =
    against === undefined
      ? undefined
      : parsed(
          normalised(
            applyFlags({ dataset: raw.dataset, teachers: raw.teachers }, { teacher: [against] }, io.cwd),
          ),
          '--against',
        ).teachers[0]
  return {
    config: { ...config, runs: resolve(io.cwd, config.runs) },
    ...(student === undefined ? {} : { against: student }),
    registry,
    baseDir: project.baseDir,
  }
}

/** Checks a configuration that may lack a student and methods. */
function parsed(raw: RawConfig, subject: string): AnalysisConfig {
  const student = raw.pairs === undefined ? { student: { model: 'none' } } : {}
  const config = parseOptions(configSchema, { ...student, methods: ['ce'], ...raw }, subject, {
    noun: 'setting',
    wrong: 'UMBRA_CONFIG',
    unknown: 'UMBRA_CONFIG',
  })
  const teachers = config.pairs.flatMap((pair) => pair.teachers)
  return {
    ...config,
    teachers: [...new Map(teachers.map((teacher) => [contentHash(teacher), teacher])).values()],
    // Teachers from weight files are measured on all training images, teachers trained here on the images they were trained on.
    validation: teachers.some((teacher) => 'train' in teacher) && config.validation,
  }
}

/** A normalisation by its name in `@umbra/plugin-vision`. */
async function namedNormalisation(name: string, folder: string, io: Io): Promise<unknown> {
  const needs = { what: '--normalisation', exports: ['NORMALISATIONS'], folder } as const
  const { NORMALISATIONS } = await firstPartyModule('@umbra/plugin-vision', needs, io)
  const known = isRecord(NORMALISATIONS) ? NORMALISATIONS : {}
  if (Object.hasOwn(known, name)) return known[name]
  throw new UmbraError('UMBRA_USAGE', {
    subject: `--normalisation ${name}`,
    expected: Object.keys(known).join(', '),
    remedy: suggestion(name, Object.keys(known)),
  })
}

function withNormalisation(raw: RawConfig, normalisation: unknown): RawConfig {
  const teachers: readonly unknown[] = Array.isArray(raw.teachers) ? raw.teachers : []
  return { ...raw, teachers: teachers.map((teacher) => ({ ...(teacher as object), normalisation })) }
}
