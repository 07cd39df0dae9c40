import semver from 'semver'
import { type Plugin, UmbraError } from '@umbra/core'
import { CORE_VERSION } from '@umbra/core/trainer'
import { type OtherCopy, otherCopies } from '../installed/copies.js'
import type { InstalledPackage } from '../installed/installed-package.js'
import type { LoadedPlugin, PluginProblem } from './loaded-plugin.js'

/** Why a package with plugins cannot be used with this command, told from its manifest alone. */
export function packageProblems({ name, manifest }: InstalledPackage): readonly PluginProblem[] {
  const { version, peerDependencies, dependencies } = manifest
  const core = peerDependencies['@umbra/core'] ?? dependencies['@umbra/core'] ?? '*'
  const copies = otherCopies(manifest).map((copy) => copyProblem(`plugin "${name}"`, name, copy, true))
  return [...coreProblem({ name, version, core }, name), ...copies]
}

/** A plugin that was made for a newer or an older core; `installed`: the package that it came in. */
export function coreProblem(
  { name, version, core }: Pick<Plugin, 'name' | 'version' | 'core'>,
  installed: string | undefined,
): readonly PluginProblem[] {
  // What is no range is reported with the shape of the plugin; `workspace:^` is no release.
  if (semver.validRange(core) === null || semver.satisfies(CORE_VERSION, core, { includePrerelease: true }))
    return []
  const older = semver.gtr(CORE_VERSION, core)
  const error = new UmbraError('UMBRA_PLUGIN_CORE', {
    subject: `plugin "${name}" ${version}`,
    expected: `@umbra/core ${core}`,
    received: `@umbra/core ${CORE_VERSION}`,
    remedy: older
      ? 'It was made for an older core: install a newer version of the plugin, or widen its range after testing it'
      : 'It was made for a newer core: install a newer version of the command',
  })
  const install = older ? (installed === undefined ? [] : [`${installed}@latest`]) : ['@umbra/cli@latest']
  return [{ error, about: name, stops: true, install }]
}

/** Somebody has another copy of what must be there once. */
export const copyProblem = (
  subject: string,
  about: string,
  { own, other }: OtherCopy,
  stops: boolean,
): PluginProblem => ({
  error: new UmbraError('UMBRA_PLUGIN_COPIES', {
    subject: `${own.name} of ${subject}`,
    expected: `the command's ${own.manifest.version} in ${own.root}`,
    received: `${other.manifest.version} in ${other.root}`,
    remedy: 'Install one version for all, and run the command of the same project',
  }),
  about,
  stops,
  install: own.manifest.version === other.manifest.version ? [] : [`${own.name}@${own.manifest.version}`],
  copy: true,
})

/** Plugins of one name of which several versions were loaded. */
export function versionProblem(name: string, plugins: readonly LoadedPlugin[]): PluginProblem {
  const texts = plugins.map(
    ({ plugin, source, package: found }) => `${plugin.version} of ${found?.root ?? source}`,
  )
  return {
    error: new UmbraError('UMBRA_PLUGIN_COPIES', {
      subject: `plugin "${name}" is there in ${plugins.length} versions`,
      received: texts.join(' and '),
      remedy: 'List only one of them',
    }),
    about: name,
    stops: true,
    install: plugins.flatMap(({ package: found }) => (found === undefined ? [] : [`${found.name}@latest`])),
  }
}
