import { type Plugin, UmbraError } from '@umbra/core'

/**
 * The plugins a module exports: its one plugin under any name, or the array `plugins`.
 * Throws UMBRA_PLUGIN_LOAD when there is none, or several outside an array.
 */
export function pluginsIn(module: unknown, source: string): readonly Plugin[] {
  const exported = isRecord(module) ? module : {}
  const array = exported.plugins
  if (Array.isArray(array) && array.length > 0 && array.every(isPlugin)) return array
  const found = [...new Set(Object.values(exported).filter(isPlugin))]
  if (found.length === 1) return found
  throw new UmbraError('UMBRA_PLUGIN_LOAD', {
    subject: `plugin ${source}`,
    expected: 'one exported value made by definePlugin, or several in an exported array named plugins',
    received:
      found.length === 0
        ? `exports without a plugin (${Object.keys(exported).join(', ') || 'none'})`
        : `the plugins ${found.map((p) => p.name).join(', ')}`,
  })
}

function isPlugin(value: unknown): value is Plugin {
  return isRecord(value) && typeof value.name === 'string' && Array.isArray(value.provides)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
