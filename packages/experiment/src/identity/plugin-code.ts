import { basename, dirname } from 'node:path'
import { readFileSync, realpathSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { ResolverFactory } from 'oxc-resolver'
import type { Plugin } from '@umbra/core'
import { NUMERIC_VERSION, definingFile } from '@umbra/core/trainer'
import { contentHash } from '@umbra/core/files'
import { type ModuleGraphs, createModuleGraphs } from './module-graph.js'
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
  if (!isProgram(file)) return graphs.of(file)
  return [programSlice(file, readFileSync(file, 'utf8')), graphs.of(file, 'imports')]
}

/**
 * Whether a file is a configuration or the program that was started: it changes with every seed that is added, so a plugin written
 * in it is known by the part of it that defines plugins and by what it imports.
 */
function isProgram(file: string): boolean {
  if (/^umbra\.config\.[cm]?[jt]s$/.test(basename(file))) return true
  try {
    return realpathSync(file) === realpathSync(process.argv[1] ?? '')
  } catch {
    return false
  }
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
