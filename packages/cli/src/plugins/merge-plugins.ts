import type { Plugin } from '@umbra/core'
import { definingFile } from '@umbra/core/trainer'
import type { LoadedPlugin, PluginProblem } from './loaded-plugin.js'
import { versionProblem } from './version-problems.js'

/** Plugins as they are assembled, each once. */
export interface MergedPlugins {
  readonly plugins: readonly LoadedPlugin[]
  readonly problems: readonly PluginProblem[]
}

/**
 * One plugin that was found in several ways counts once, as what it was found as first. What the command's home brings gives way
 * to any other of the same name. Several versions under one name are reported; of one version, all stay, as two plugins that
 * claim one name.
 */
export function mergePlugins(loaded: readonly LoadedPlugin[]): MergedPlugins {
  const problems: PluginProblem[] = []
  const kept = new Set<LoadedPlugin>()
  for (const [name, all] of byName(loaded)) {
    const asked = all.filter(({ from }) => from !== 'home')
    const distinct: LoadedPlugin[] = []
    for (const each of asked.length === 0 ? all : asked)
      if (!distinct.some((other) => isSame(each, other))) distinct.push(each)
    if (new Set(distinct.map(({ plugin }) => plugin.version)).size > 1)
      problems.push(versionProblem(name, distinct))
    for (const each of distinct) kept.add(each)
  }
  return { plugins: loaded.filter((each) => kept.has(each)), problems }
}

function byName(loaded: readonly LoadedPlugin[]): ReadonlyMap<string, readonly LoadedPlugin[]> {
  const groups = new Map<string, LoadedPlugin[]>()
  for (const each of loaded) groups.set(each.plugin.name, [...(groups.get(each.plugin.name) ?? []), each])
  return groups
}

/** The same value, or the same parts of the same file of code, loaded twice. */
function isSame({ plugin: a }: LoadedPlugin, { plugin: b }: LoadedPlugin): boolean {
  const file = definingFile(a)
  return a === b || (file !== undefined && file === definingFile(b) && contentOf(a) === contentOf(b))
}

const contentOf = ({ version, provides }: Plugin): string =>
  [version, ...provides.map(({ kind, id }) => `${kind}/${id}`)].join(' ')
