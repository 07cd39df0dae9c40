import { type Definition, type Plugin, UmbraError, definePlugin } from '@umbra/core'

/**
 * The plugins that a module exports: one under any name, the array `plugins`, or definitions alone (a method, for example),
 * which become a plugin named after the module. Throws UMBRA_PLUGIN_LOAD if there is none, or several outside an array.
 */
export function pluginsIn(module: unknown, source: string): readonly Plugin[] {
  const exported = isRecord(module) ? module : {}
  const { plugins } = exported
  if (Array.isArray(plugins) && plugins.length > 0 && plugins.every(isPlugin)) return plugins
  const values = [...new Set(Object.values(exported))]
  const single = values.filter(isPlugin)
  if (single.length === 1) return single
  const definitions = values.filter(isDefinition)
  if (single.length === 0 && definitions.length > 0)
    return [definePlugin({ name: source, version: '0.0.0', core: '*', provides: definitions })]
  throw new UmbraError('UMBRA_PLUGIN_LOAD', {
    subject: `plugin ${source}`,
    expected:
      'an exported method or other definition, one value made by definePlugin, or several in an exported array named plugins',
    received:
      single.length === 0
        ? `no plugin among its exports (${Object.keys(exported).join(', ') || 'none'})`
        : `the plugins ${single.map((plugin) => plugin.name).join(', ')}`,
  })
}

function isPlugin(value: unknown): value is Plugin {
  return isRecord(value) && typeof value.name === 'string' && Array.isArray(value.provides)
}

/** The result of a `define…` function; whether it is complete is checked later, with all plugins. */
function isDefinition(value: unknown): value is Definition {
  return (
    isRecord(value) && typeof value.kind === 'string' && typeof value.id === 'string' && 'options' in value
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
