import { basename } from 'node:path'
import { type Definition, type Plugin, UmbraError } from '@umbra/core'
import { definingFile, setDefiningFile } from '@umbra/core/trainer'
import type { LoadedPlugin } from './loaded-plugin.js'
import { isDefinition, isPlugin, pluginOf } from './plugins-in.js'

/** An entry of `plugins` in a configuration: a package or path, a plugin, or a definition. */
export type PluginEntry = string | Plugin | Definition

/** The entries of a configuration as written. Throws UMBRA_CONFIG for anything else than a list of them. */
export function pluginEntries(value: unknown, file: string | undefined): readonly PluginEntry[] {
  if (value === undefined) return []
  if (Array.isArray(value) && value.every(isEntry)) return value
  throw new UmbraError('UMBRA_CONFIG', {
    subject: `plugins in ${file ?? 'the configuration'}`,
    expected: 'a list of packages, paths, plugins and definitions',
  })
}

const isEntry = (value: unknown): value is PluginEntry =>
  typeof value === 'string' || isPlugin(value) || isDefinition(value)

/**
 * The plugins of a configuration. Its definitions together are one plugin, named after the file and the last of them; the entries
 * that are names are loaded by `load`.
 */
export async function configuredPlugins(
  entries: readonly PluginEntry[],
  file: string | undefined,
  load: (source: string) => Promise<readonly LoadedPlugin[]>,
): Promise<readonly LoadedPlugin[]> {
  const source = file === undefined ? 'configuration' : basename(file)
  const value = (plugin: Plugin): LoadedPlugin => ({ plugin, from: 'configuration', source })
  const loaded: LoadedPlugin[] = []
  for (const entry of entries)
    if (typeof entry === 'string') loaded.push(...(await load(entry)))
    else if (isPlugin(entry)) {
      if (file !== undefined && definingFile(entry) === undefined) setDefiningFile(entry, file)
      loaded.push(value(entry))
    }
  const loose = [...new Set(entries.filter(isDefinition))]
  if (loose.length === 0) return loaded
  const own = pluginOf(loose, source)
  if (file !== undefined) setDefiningFile(own, file)
  return [...loaded, value(own)]
}
