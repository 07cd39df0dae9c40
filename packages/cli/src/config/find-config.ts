import { join, resolve } from 'node:path'
import { UmbraError } from '@umbra/core'
import { statusOf } from '@umbra/core/files'

const NAMES = ['ts', 'mts', 'js', 'mjs', 'cjs', 'json', 'yaml', 'yml'].map((end) => `umbra.config.${end}`)

/**
 * The configuration file to use: `configPath` (a file, or a folder that has one), else the one in the current folder, if any.
 * Throws UMBRA_CONFIG_FILE if there is none at `configPath`.
 */
export function findConfig(configPath: string | undefined, cwd: string): string | undefined {
  if (configPath === undefined) return inFolder(cwd)
  const path = resolve(cwd, configPath)
  const stat = statusOf(path)
  const file = stat?.isDirectory() === true ? inFolder(path) : stat?.isFile() === true ? path : undefined
  if (file !== undefined) return file
  throw new UmbraError('UMBRA_CONFIG_FILE', {
    subject: `configuration file ${path}`,
    expected: 'a file, or a folder with umbra.config.ts, .js, .json or .yaml',
    received: stat === undefined ? 'nothing there' : 'a folder without one',
    remedy: 'Check the path after --config',
  })
}

const inFolder = (folder: string): string | undefined =>
  NAMES.map((name) => join(folder, name)).find((path) => statusOf(path)?.isFile() === true)
