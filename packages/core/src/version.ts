/** Version of this package; a test keeps it equal to package.json's. */
export const CORE_VERSION = '0.1.0'

/**
 * Version of the arithmetic of core and of the engine: raised with every change after which the same run gives other
 * figures. Part of what identifies a result.
 */
export const NUMERIC_VERSION = 1
