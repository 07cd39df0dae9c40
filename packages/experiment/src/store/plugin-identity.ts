import type { Registry } from '@umbra/core/trainer'

/** Name and version of a plugin. */
export interface PluginIdentity {
  readonly name: string
  readonly version: string
}

/**
 * What of the plugins determines every result beside the definitions that a configuration names: those with hooks, which
 * may change any step, and those with services, which stand in for the engine or the clock. Part of the hash of every arm,
 * teacher and assistant; empty for most projects.
 */
export const pluginIdentity = ({ plugins }: Pick<Registry, 'plugins'>): readonly PluginIdentity[] =>
  plugins
    .filter(({ hooks = {}, services = [] }) => Object.keys(hooks).length > 0 || services.length > 0)
    .map(({ name, version }) => ({ name, version }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
