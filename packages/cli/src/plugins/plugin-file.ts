import { statSync } from 'node:fs'
import { extname, isAbsolute, resolve } from 'node:path'
import { UmbraError } from '@umbra/core'

const EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']

/** Whether a plugin is named by a path; otherwise it is the name of a package. */
export const isPath = (source: string): boolean =>
  /^\.{1,2}([/\\]|$)/.test(source) || isAbsolute(source) || EXTENSIONS.includes(extname(source))

/** The file of a plugin, its path resolved against a folder. Throws UMBRA_PLUGIN_LOAD. */
export function pluginFile(source: string, folder: string): string {
  const file = resolve(folder, source)
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat?.isFile() === true) return file
  throw new UmbraError('UMBRA_PLUGIN_LOAD', {
    subject: `plugin ${source}`,
    expected: `a file ${file}`,
    received: stat === undefined ? 'nothing there' : 'a folder',
    remedy: 'Give the path of the file, or the name of an installed package',
  })
}
