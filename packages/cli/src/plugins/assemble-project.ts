import { type Registry, assemble } from '@umbra/core/trainer'
import { UmbraError } from '@umbra/core'
import type { Project } from '../config/load-project.js'
import type { Io } from '../process/io.js'
import { BUILT_IN } from './built-in.js'
import { loadPlugin } from './load-plugin.js'

/**
 * The registry of a project: the built-in plugins, those its configuration names (paths from its folder) and those of
 * `--plugin` (paths from the current folder). Package names are looked up from the configuration's folder, then the current.
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
  const found = []
  for (const source of configured)
    found.push(...(await loadPlugin(source, { paths: baseDir, packages: [baseDir, io.cwd] }, loader)))
  for (const source of flagged ?? [])
    found.push(...(await loadPlugin(source, { paths: io.cwd, packages: [baseDir, io.cwd] }, loader)))
  return assemble([...BUILT_IN, ...found])
}

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string')
