import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { UmbraError } from '@umbra/core'
import { isRecord } from '@umbra/core/trainer'

/** What a `package.json` says, as far as plugins go. */
export interface Manifest {
  /** The file itself. */
  readonly path: string
  readonly name: string
  readonly version: string
  readonly keywords: readonly string[]
  /** Export subpath of the module with the plugins, from the field `umbra.plugin`: `.` or `./plugin`. */
  readonly plugin: string | undefined
  readonly hasExports: boolean
  readonly dependencies: Ranges
  readonly devDependencies: Ranges
  readonly optionalDependencies: Ranges
  readonly peerDependencies: Ranges
}

/** Ranges of versions by package name. */
type Ranges = Readonly<Record<string, string>>

/** The `package.json` of a folder; undefined if there is none. Throws UMBRA_FILE_CORRUPT for one that is no JSON object. */
export function manifestIn(folder: string): Manifest | undefined {
  const path = join(folder, 'package.json')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  const value = parsed(text, path)
  const ranges = (key: string): Ranges =>
    Object.fromEntries(
      Object.entries(isRecord(value[key]) ? value[key] : {}).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    )
  const { name, version, keywords, umbra } = value
  return {
    path,
    name: textOr(name, ''),
    version: textOr(version, ''),
    keywords: Array.isArray(keywords) ? keywords.filter((word) => typeof word === 'string') : [],
    plugin: isRecord(umbra) && typeof umbra.plugin === 'string' ? umbra.plugin : undefined,
    hasExports: value.exports !== undefined && value.exports !== null,
    dependencies: ranges('dependencies'),
    devDependencies: ranges('devDependencies'),
    optionalDependencies: ranges('optionalDependencies'),
    peerDependencies: ranges('peerDependencies'),
  }
}

/** The manifest in a folder or the nearest one above it. */
export function nearestManifest(folder: string): Manifest | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const manifest = manifestIn(at)
    if (manifest !== undefined || dirname(at) === at) return manifest
  }
}

function parsed(text: string, path: string): Readonly<Record<string, unknown>> {
  let cause: unknown
  try {
    // Some editors begin a file with a byte order mark.
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    if (isRecord(value)) return value
  } catch (error) {
    cause = error
  }
  throw new UmbraError('UMBRA_FILE_CORRUPT', {
    subject: path,
    expected: 'a JSON object',
    ...(cause instanceof Error ? { received: cause.message, cause } : {}),
  })
}

const textOr = (value: unknown, fallback: string): string => (typeof value === 'string' ? value : fallback)
