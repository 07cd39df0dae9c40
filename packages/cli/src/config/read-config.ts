import { statusOf } from '@umbra/core/files'
import { isRecord } from '@umbra/core/trainer'
import { basename, dirname } from 'node:path'
import { UmbraError } from '@umbra/core'
import { loadConfig } from 'c12'
import { boundedValue } from './bounded-value.js'
import { noteUserFile } from '../process/user-files.js'
import { moduleFailure } from './module-failure.js'
import { PATIENCE, settled } from './settled.js'
import type { ModuleLoader } from './module-loader.js'

/** A configuration as written, not yet checked. */
export type RawConfig = Readonly<Record<string, unknown>>

/** Bytes of a configuration file; a real one has some thousand. */
const MAX_BYTES = 10 * 2 ** 20

/**
 * Reads one configuration file, without other layers or remote files. Throws UMBRA_CONFIG_FILE, also for one that is not a tree
 * of bounded size, or whose promises do not settle within `patience` seconds.
 */
export async function readConfig(
  file: string,
  loader: ModuleLoader,
  patience: number = PATIENCE,
): Promise<RawConfig> {
  const subject = `configuration file ${file}`
  const size = statusOf(file)?.size ?? 0
  if (size > MAX_BYTES)
    throw new UmbraError('UMBRA_CONFIG_FILE', {
      subject,
      expected: `at most ${MAX_BYTES} bytes`,
      received: String(size),
    })
  // The others hold no code.
  if (/\.[cm]?[jt]s$/.test(file)) noteUserFile(file, 'the configuration file')
  let config: unknown
  try {
    config = await settled(load(file, loader), { code: 'UMBRA_CONFIG_FILE', subject, seconds: patience })
    if (isRecord(config)) {
      // Copied here: what a getter throws is an error of the file too. Plugins are code, and no tree of values.
      const { plugins, ...settings } = { ...config }
      return { ...boundedValue(settings, subject), ...(plugins === undefined ? {} : { plugins }) }
    }
  } catch (cause) {
    if (cause instanceof UmbraError) throw cause
    throw new UmbraError('UMBRA_CONFIG_FILE', {
      subject,
      received: `an error while reading it: ${moduleFailure(cause)}`,
      cause,
    })
  }
  throw new UmbraError('UMBRA_CONFIG_FILE', {
    subject,
    expected: 'a configuration object, in TypeScript and JavaScript as the default export',
  })
}

async function load(file: string, { jiti }: ModuleLoader): Promise<unknown> {
  const { config } = await loadConfig({
    cwd: dirname(file),
    name: 'umbra',
    configFile: basename(file),
    jiti,
    rcFile: false,
    globalRc: false,
    packageJson: false,
    dotenv: false,
    envName: false,
    extend: false,
    giget: false,
  })
  return config
}
