import semver from 'semver'
import { type ErrorFacts, type Plugin, UmbraError } from '@umbra/core'
import { CONTRACTS, CORE_VERSION } from '@umbra/core/trainer'
import type { OtherCopy } from '../installed/copies.js'
import type { InstalledPackage } from '../installed/installed-package.js'
import type { Manifest } from '../installed/manifest.js'
import type { LoadedPlugin, PluginProblem } from './loaded-plugin.js'

/** Why a package with plugins cannot be used with this core, told from its manifest alone. */
export function packageProblems({ name, manifest }: InstalledPackage): readonly PluginProblem[] {
  const core = coreRange(manifest) ?? '*'
  if (semver.satisfies(CORE_VERSION, core, { includePrerelease: true })) return []
  return unfit(name, name, semver.gtr(CORE_VERSION, core), {
    subject: `plugin "${name}" ${manifest.version}`,
    expected: `@umbra/core ${core}`,
    received: `@umbra/core ${CORE_VERSION}`,
  })
}

/** The range of `@umbra/core` that a package asks for; undefined where it names no releases: `workspace:^`, a path. */
export function coreRange({ peerDependencies, dependencies }: Manifest): string | undefined {
  const range = (peerDependencies['@umbra/core'] ?? dependencies['@umbra/core'])?.replace(/^workspace:/, '')
  return range === undefined || /^[\^~]?$/.test(range) || semver.validRange(range) === null
    ? undefined
    : range
}

/** A plugin that was written for a contract that this core does not keep; `installed`: the package that it came in. */
export function contractProblems(
  { name, version, contract }: Plugin,
  installed: string | undefined,
): readonly PluginProblem[] {
  const { oldest, newest } = CONTRACTS
  // What is no number is reported with the shape of the plugin.
  if (typeof contract !== 'number' || (contract >= oldest && contract <= newest)) return []
  return unfit(name, installed, contract < oldest, {
    subject: `plugin "${name}" ${version}`,
    expected: `a plugin for contract ${oldest === newest ? newest : `${oldest} to ${newest}`}, which @umbra/core ${CORE_VERSION} keeps`,
    received: `one for contract ${contract}`,
  })
}

const unfit = (
  about: string,
  installed: string | undefined,
  older: boolean,
  facts: ErrorFacts,
): readonly PluginProblem[] => [
  {
    error: new UmbraError('UMBRA_PLUGIN_CONTRACT', {
      ...facts,
      remedy: older
        ? 'It was made for an older core: install a newer version of the plugin'
        : 'It was made for a newer core: install a newer version of the command',
    }),
    about,
    stops: true,
    install: older ? (installed === undefined ? [] : [`${installed}@latest`]) : ['@umbra/cli@latest'],
  },
]

/** Somebody has another copy of what must be there once. Modules get the command's all the same, so nothing stops. */
export const copyProblem = (subject: string, about: string, { own, other }: OtherCopy): PluginProblem => ({
  error: new UmbraError('UMBRA_PLUGIN_COPIES', {
    subject: `${own.name} of ${subject}`,
    expected: `${own.manifest.version} in ${own.root}, which the command uses for all`,
    received: `${other.manifest.version} in ${other.root}`,
    remedy: 'Install one version for all, and run the command of the same project',
  }),
  about,
  stops: false,
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
