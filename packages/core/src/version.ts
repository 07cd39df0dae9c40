import manifest from '../package.json' with { type: 'json' }

/** Version of this package. */
export const CORE_VERSION = manifest.version

/** Versions of the plugin contract: an integer each, raised with every change of what plugins and core expect of each other. */
export interface ContractRange {
  /** Raised when a plugin written for the oldest one would no longer work. */
  readonly oldest: number
  /** What this core offers to plugins that are written now. */
  readonly newest: number
}

/** The versions of the plugin contract that this core keeps. Apart from the package's version: see docs/versions.md. */
export const CONTRACTS: ContractRange = { oldest: 1, newest: 1 }

/**
 * Version of the arithmetic of core and of the engine: raised with every change after which the same run gives other
 * figures. Part of what identifies a result.
 */
export const NUMERIC_VERSION = 1
