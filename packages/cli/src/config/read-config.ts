import { basename, dirname } from 'node:path'
import { UmbraError } from '@umbra/core'
import { loadConfig } from 'c12'
import type { ModuleLoader } from './module-loader.js'

/** A configuration as written, not yet checked. */
export type RawConfig = Readonly<Record<string, unknown>>

/** Reads one configuration file, without other layers or remote files. Throws UMBRA_CONFIG_FILE. */
export async function readConfig(file: string, loader: ModuleLoader): Promise<RawConfig> {
  let config: unknown
  try {
    config = (
      await loadConfig({
        cwd: dirname(file),
        name: 'umbra',
        configFile: basename(file),
        jiti: loader.jiti,
        rcFile: false,
        globalRc: false,
        packageJson: false,
        dotenv: false,
        envName: false,
        extend: false,
        giget: false,
      })
    ).config
    // Copied here: what a getter throws is an error of the file too.
    if (isObject(config)) return { ...config }
  } catch (cause) {
    throw new UmbraError('UMBRA_CONFIG_FILE', {
      subject: `configuration file ${file}`,
      received: `an error while reading it: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    })
  }
  throw new UmbraError('UMBRA_CONFIG_FILE', {
    subject: `configuration file ${file}`,
    expected: 'a configuration object, in TypeScript and JavaScript as the default export',
  })
}

const isObject = (value: unknown): value is RawConfig =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
