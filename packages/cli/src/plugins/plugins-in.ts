import { CONTRACTS, isRecord } from '@umbra/core/trainer'
import { type Definition, type Plugin, UmbraError, definePlugin } from '@umbra/core'

/**
 * The plugins that a module exports: one under any name, an array of them named `plugins` or as the default export, or definitions
 * alone (a method, for example), which become a plugin named after the module. Definitions beside a plugin that does not provide
 * them are added to it. Throws UMBRA_PLUGIN_LOAD if there is none, or several outside an array.
 */
export function pluginsIn(module: unknown, source: string): readonly Plugin[] {
  const exported = isRecord(module) ? module : {}
  const values = [...new Set(Object.values(exported))]
  const listed = [exported.plugins, exported.default].find(
    (value): value is readonly Plugin[] => Array.isArray(value) && value.length > 0 && value.every(isPlugin),
  )
  const found = listed ?? values.filter(isPlugin)
  const provided = new Set(
    values
      .filter(isPlugin)
      .concat(found)
      .flatMap(({ provides }) => provides),
  )
  const loose = values.filter(isDefinition).filter((definition) => !provided.has(definition))
  const [plugin] = found
  if (loose.length === 0 && (listed !== undefined || found.length === 1)) return found
  if (plugin === undefined && loose.length > 0) return [pluginOf(loose, source)]
  if (plugin !== undefined && found.length === 1)
    return [definePlugin({ ...plugin, provides: [...plugin.provides, ...loose] })]
  throw new UmbraError('UMBRA_PLUGIN_LOAD', {
    subject: `plugin ${source}`,
    expected:
      'an exported method or other definition, one value made by definePlugin, or several in an exported array named plugins',
    received: received(exported, found, loose),
    ...(listed === undefined ? {} : { remedy: 'Add them to `provides` of one of the plugins' }),
  })
}

/** Definitions that belong to no plugin, as one named after where they are from. */
export const pluginOf = (provides: readonly Definition[], source: string): Plugin =>
  definePlugin({ name: source, version: '0.0.0', contract: CONTRACTS.newest, provides })

function received(
  exported: Readonly<Record<string, unknown>>,
  plugins: readonly Plugin[],
  loose: readonly Definition[],
): string {
  if (plugins.length === 0)
    return `no plugin among its exports (${Object.keys(exported).join(', ') || 'none'})`
  const names = `the plugins ${plugins.map(({ name }) => name).join(', ')}`
  return loose.length === 0
    ? names
    : `${names}, none of which provides ${loose.map(({ kind, id }) => `${kind} "${id}"`).join(', ')}`
}

/** What `definePlugin` makes; whether it is complete is checked later, with all plugins. */
export function isPlugin(value: unknown): value is Plugin {
  return isRecord(value) && typeof value.name === 'string' && Array.isArray(value.provides)
}

/** The result of a `define…` function; whether it is complete is checked later, with all plugins. */
export function isDefinition(value: unknown): value is Definition {
  return (
    isRecord(value) && typeof value.kind === 'string' && typeof value.id === 'string' && 'options' in value
  )
}
