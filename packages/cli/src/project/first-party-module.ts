import { UmbraError } from '@umbra/core'
import { dirname, resolve } from 'node:path'
import { createModuleLoader } from '../config/module-loader.js'
import { installedPackage } from '../installed/installed-package.js'
import { nearestManifest } from '../installed/manifest.js'
import { packageManagerOf } from '../installed/package-manager.js'
import { loadPackage } from '../plugins/load-plugin.js'
import type { Io } from '../process/io.js'

/**
 * The module of a package of plugins that a command itself needs, from the project of a folder: `what` names the need. Throws
 * UMBRA_PLUGIN_LOAD where it is not installed, or lacks one of the `exports`.
 */
export async function firstPartyModule<Name extends string>(
  name: string,
  {
    what,
    exports,
    folder,
  }: { readonly what: string; readonly exports: readonly Name[]; readonly folder: string },
  io: Io,
): Promise<Readonly<Record<Name, unknown>>> {
  const manifest = nearestManifest(folder) ?? nearestManifest(io.cwd)
  const project = manifest === undefined ? resolve(folder) : dirname(manifest.path)
  // A package manager that keeps packages apart shows those of @umbra/all to that package alone.
  const all = installedPackage('@umbra/all', project)
  const folders = [
    project,
    ...(all === undefined ? [] : [all.root]),
    ...(io.home === undefined ? [] : [io.home]),
  ]
  for (const place of folders) {
    const found = installedPackage(name, place)
    if (found === undefined) continue
    const { module } = await loadPackage(found, 'project', createModuleLoader())
    const values = module as Readonly<Partial<Record<Name, unknown>>>
    const lacking = exports.filter((each) => values[each] === undefined)
    if (lacking.length === 0) return values as Readonly<Record<Name, unknown>>
    throw new UmbraError('UMBRA_PLUGIN_LOAD', {
      subject: `${what} needs ${lacking.join(', ')} of ${name}`,
      received: `version ${found.manifest.version} in ${found.root}, which has none`,
      remedy: `Install the version that belongs to this command (${await adding(name)})`,
    })
  }
  throw new UmbraError('UMBRA_PLUGIN_LOAD', {
    subject: `${what} needs ${name}, which is not installed`,
    remedy: `Install it (${await adding(name)})`,
  })

  async function adding(wanted: string): Promise<string> {
    return (await packageManagerOf(project, io.env.npm_config_user_agent)).add([wanted])
  }
}
