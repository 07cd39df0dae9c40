import type { Plugin, UmbraError } from '@umbra/core'
import type { InstalledPackage } from '../installed/installed-package.js'

/** Who asked for a plugin: `home` is a package that brings its own copy of the command. */
export type PluginOrigin = 'command' | 'project' | 'configuration' | 'flag' | 'home'

/** A plugin and how it came here. */
export interface LoadedPlugin {
  readonly plugin: Plugin
  readonly from: PluginOrigin
  /** The package, path or file that it was named by. */
  readonly source: string
  /** The package it came in. */
  readonly package?: InstalledPackage
}

/** Something about plugins that the user should mend. */
export interface PluginProblem {
  readonly error: UmbraError
  /** Package or plugin that it is about. */
  readonly about: string
  /** Whether nothing can be run before it is mended. */
  readonly stops: boolean
  /** Packages to install to mend it, as a package manager takes them: `@umbra/core@0.1.0`. */
  readonly install: readonly string[]
  /** Whether it is about a second copy of something, which another place of the command may explain. */
  readonly copy?: true
}
