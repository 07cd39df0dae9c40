import { resolve } from 'node:path'
import { type Registry, parseOptions } from '@umbra/core/trainer'
import {
  type ResolvedConfig,
  type ResolvedStudy,
  configSchema,
  studySchema,
  withThreads,
} from '@umbra/experiment'
import { UmbraError } from '@umbra/core'
import { type ConfigFlags, applyFlags } from '../config/config-flags.js'
import { loadProject } from '../project/load-project.js'
import type { RawConfig } from '../config/read-config.js'
import { assembleProject } from '../project/assemble-project.js'
import type { Io } from '../process/io.js'

export interface StudyConfigFlags extends ConfigFlags {
  readonly config?: string
  readonly plugin?: readonly string[]
  readonly overwrite?: true
}

/** The configuration of a study, checked. */
export interface StudySetting {
  readonly study: ResolvedStudy
  /** Data, engine and folders in the form of a comparison; student and methods are placeholders that nothing reads. */
  readonly base: ResolvedConfig & { readonly name: string }
  /** The settings that all comparisons of the study share: a configuration without pairs and methods. */
  readonly common: RawConfig & { readonly name: string; readonly runs: string }
  readonly registry: Registry
  readonly baseDir: string
  readonly file: string
}

const WORDING = { noun: 'setting', wrong: 'UMBRA_CONFIG', unknown: 'UMBRA_CONFIG' } as const

/** Reads, overrides and checks the configuration of a study. Throws UMBRA_CONFIG_FILE, UMBRA_CONFIG, UMBRA_USAGE. */
export async function resolveStudy(flags: StudyConfigFlags, io: Io): Promise<StudySetting> {
  const project = await loadProject(flags.config, io)
  const { file, baseDir } = project
  if (file === undefined)
    throw new UmbraError('UMBRA_CONFIG_FILE', {
      subject: `no umbra.config.ts, .js, .json or .yaml in ${io.cwd}`,
      remedy: 'Give one with --config; docs/capacity-study.md describes what it contains',
    })
  const { study: rawStudy, ...rest } = applyFlags(project.raw, flags, io.cwd)
  const subject = `configuration ${file}`
  if (rawStudy === undefined)
    throw new UmbraError('UMBRA_CONFIG', {
      subject: `setting "study" of ${subject}`,
      expected: 'ladders of teachers, students and methods',
      received: 'none',
      remedy: 'docs/capacity-study.md describes what it contains',
    })
  const foreign = ['student', 'teachers', 'pairs', 'methods'].filter((key) => rest[key] !== undefined)
  if (foreign.length > 0)
    throw new UmbraError('UMBRA_CONFIG', {
      subject: `setting${foreign.length > 1 ? 's' : ''} ${foreign.join(', ')} of ${subject}`,
      expected: 'only "study"',
      remedy: 'Put teachers under study.ladders, and students and methods under study',
    })
  const study = parseOptions(studySchema, rawStudy, `study in ${subject}`, WORDING)
  // Problems in the remaining settings are reported under their own names, before the study is assembled.
  const parsed = parseOptions(
    configSchema,
    { ...rest, student: { model: 'none' }, methods: ['ce'] },
    subject,
    WORDING,
  )
  const registry = await assembleProject(project, flags.plugin, io)
  const name = parsed.name ?? 'capacity'
  const named = { ...parsed, name, runs: resolve(io.cwd, parsed.runs) }
  // One process trains all comparisons of the study, so the one with the most arms decides.
  const { runs, threads } = withThreads(named, {
    command: 'compare',
    arms: study.temperatures.length + study.methods.length,
    overwrite: flags.overwrite === true,
  })
  const place = { name, runs, ...(threads === undefined ? {} : { threads }) }
  return {
    study,
    base: { ...parsed, ...place },
    common: { ...rest, ...place },
    registry,
    baseDir,
    file,
  }
}
