import { type Plugin, UmbraError } from '@umbra/core'

/**
 * The plugins that a module exports: one under any name, or the array `plugins`.
 * Throws UMBRA_PLUGIN_LOAD if there is none, or several outside an array.
 */
export function pluginsIn(module: unknown, source: string): readonly Plugin[] {
  const exported = isRecord(module) ? module : {}
  const array = exported.plugins
  if (Array.isArray(array) && array.length > 0 && array.every(isPlugin)) return array
  const plugins = [...new Set(Object.values(exported).filter(isPlugin))]
  if (plugins.length === 1) return plugins
  throw new UmbraError('UMBRA_PLUGIN_LOAD', {
    subject: `plugin ${source}`,
    expected: 'one exported value made by definePlugin, or several in an exported array named plugins',
    received:
      plugins.length === 0
        ? `no plugin among its exports (${Object.keys(exported).join(', ') || 'none'})`
        : `the plugins ${plugins.map(({ name }) => name).join(', ')}`,
  })
}

function isPlugin(value: unknown): value is Plugin {
  return isRecord(value) && typeof value.name === 'string' && Array.isArray(value.provides)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
