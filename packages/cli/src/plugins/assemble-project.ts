import { type Registry, assemble } from '@umbra/core/trainer'
import { type Plugin, UmbraError } from '@umbra/core'
import type { Project } from '../config/load-project.js'
import type { Io } from '../process/io.js'
import { BUILT_IN } from './built-in.js'
import { loadPlugin } from './load-plugin.js'

/**
 * The registry of a project: the built-in plugins, those of the configuration (paths from its folder) and those of
 * `--plugin` (paths from the current folder). Package names are resolved from the configuration's folder, then the current one.
 */
export async function assembleProject(
  { raw, baseDir, file, loader }: Project,
  flagged: readonly string[] | undefined,
  io: Io,
): Promise<Registry> {
  const configured = raw.plugins ?? []
  if (!isTextList(configured)) {
    throw new UmbraError('UMBRA_CONFIG', {
      subject: `plugins in ${file ?? 'the configuration'}`,
      expected: 'a list of paths or package names',
    })
  }
  const plugins: Plugin[] = []
  for (const source of configured)
    plugins.push(...(await loadPlugin(source, { paths: baseDir, packages: [baseDir, io.cwd] }, loader)))
  for (const source of flagged ?? [])
    plugins.push(...(await loadPlugin(source, { paths: io.cwd, packages: [baseDir, io.cwd] }, loader)))
  return assemble([...BUILT_IN, ...plugins])
}

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string')
