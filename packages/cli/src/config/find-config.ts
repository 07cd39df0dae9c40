import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UmbraError } from '@umbra/core'

const NAMES = ['ts', 'mts', 'js', 'mjs', 'cjs', 'json', 'yaml', 'yml'].map((end) => `umbra.config.${end}`)

/**
 * The configuration file to use: `given` (a file, or a folder that has one), or the one in the current folder, or none.
 * Throws UMBRA_CONFIG_FILE when what was given is not there.
 */
export function findConfig(given: string | undefined, cwd: string): string | undefined {
  if (given === undefined) return inFolder(cwd)
  const path = resolve(cwd, given)
  const stat = statSync(path, { throwIfNoEntry: false })
  const file = stat?.isDirectory() === true ? inFolder(path) : stat?.isFile() === true ? path : undefined
  if (file !== undefined) return file
  throw new UmbraError('UMBRA_CONFIG_FILE', {
    subject: `configuration file ${path}`,
    expected: 'a file, or a folder with umbra.config.ts, .js, .json or .yaml',
    received: stat === undefined ? 'none there' : 'a folder without one',
    remedy: 'Check the path after --config',
  })
}

const inFolder = (folder: string): string | undefined =>
  NAMES.map((name) => join(folder, name)).find((path) => existsSync(path))
