import { basename, dirname, extname } from 'node:path'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { ResolverFactory } from 'oxc-resolver'
import type { Plugin } from '@umbra/core'
import { NUMERIC_VERSION, definingFile } from '@umbra/core/trainer'
import { contentHash } from '@umbra/core/files'
import { CODE, type ModuleGraphs, createModuleGraphs } from './module-graph.js'
import { packageOf } from './package-of.js'
import { programSlice } from './program-slice.js'
import { valueSource } from './value-source.js'

/** What a plugin is: its name, its version, and a hash of its code. */
export interface PluginIdentity {
  readonly plugin: string
  readonly version: string
  readonly code: string
}

/** Identifies plugins by their code as it is now; each is read once. */
export interface PluginCode {
  readonly of: (plugin: Plugin) => PluginIdentity
  /** Whether a plugin is an installed release: what its code does is told by its version. */
  readonly isReleased: (plugin: Plugin) => boolean
  /** Of `@umbra/core`: its numeric version if it is a release, the contents of its sources where it is being worked on. */
  readonly core: string | number
}

export function createPluginCode(): PluginCode {
  const graphs = createModuleGraphs()
  const identities = new Map<Plugin, PluginIdentity>()
  return {
    core: coreIdentity(graphs),
    of: (plugin) => {
      const identity = identities.get(plugin) ?? identify(plugin, graphs)
      identities.set(plugin, identity)
      return identity
    },
    isReleased: (plugin) => {
      const file = definingFile(plugin)
      return file !== undefined && packageOf(file)?.installed === true
    },
  }
}

function identify(plugin: Plugin, graphs: ModuleGraphs): PluginIdentity {
  const { name, version, provides, hooks, services } = plugin
  // Beside its files the functions themselves: one file may make several plugins of the same name.
  const source = valueSource({ provides, hooks, services })
  return { plugin: name, version, code: contentHash([source, filesOf(definingFile(plugin), graphs)]) }
}

function filesOf(file: string | undefined, graphs: ModuleGraphs): unknown {
  if (file === undefined) return []
  const program = programFile()
  if (file === program || isConfiguration(file)) return [sliceOf(file), graphs.of(file, 'imports')]
  // The program may have passed values to a function of the file.
  const made = program !== undefined && packageOf(program)?.root === packageOf(file)?.root
  return [made ? sliceOf(program) : [], graphs.of(file)]
}

/**
 * A configuration, or the program that was started, changes with every seed that is added, so a plugin written in it is known by the
 * part of it that defines plugins and by what it imports.
 */
const sliceOf = (file: string): readonly string[] => programSlice(file, readFileSync(file, 'utf8'))

const isConfiguration = (file: string): boolean => /^umbra\.config\.[cm]?[jt]s$/.test(basename(file))

function programFile(): string | undefined {
  const [, program] = process.argv
  if (program === undefined || !existsSync(program)) return undefined
  const file = realpathSync(program)
  return CODE.includes(extname(file)) ? file : undefined
}

const HERE = fileURLToPath(import.meta.url)

function coreIdentity(graphs: ModuleGraphs): string | number {
  const resolver = new ResolverFactory({
    conditionNames: [...(HERE.endsWith('.ts') ? ['@umbra/source'] : []), 'node', 'import'],
  })
  const { path } = resolver.sync(dirname(HERE), '@umbra/core')
  if (path === undefined || packageOf(path)?.installed !== false) return NUMERIC_VERSION
  return contentHash(graphs.ofFolder(dirname(path)))
}
