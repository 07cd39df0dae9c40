import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { UmbraError } from '../errors/umbra-error.js'
import { type GoldenRecord, parseGoldenFile } from './golden-record.js'

/** Bytes a file may have. */
const MOST_BYTES = 256 * 2 ** 20

/** The cases of one file. */
export interface GoldenFile {
  /** Its name in the folder. */
  readonly file: string
  readonly cases: readonly GoldenRecord[]
}

/**
 * Reads every `.json` file of a folder in the golden format, by name. Subfolders are not entered.
 *
 * Throws UMBRA_FILE_MISSING where there is no such folder or no such file in it, and UMBRA_FILE_CORRUPT for a malformed one.
 */
export function readGoldenFolder(folder: string): readonly GoldenFile[] {
  const names = namesIn(folder)
  if (names.length === 0) {
    throw new UmbraError('UMBRA_FILE_MISSING', { subject: folder, expected: 'files ending in .json' })
  }
  return names.map((file) => ({ file, cases: parseGoldenFile(textOf(join(folder, file)), file) }))
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && entry.name.toLowerCase().endsWith('.json'))
      .map((entry) => entry.name)
      .sort()
  } catch (cause) {
    const subject = `folder of golden files ${folder}`
    throw new UmbraError('UMBRA_FILE_MISSING', { subject, expected: 'a folder that can be read', cause })
  }
}

function textOf(path: string): string {
  try {
    const { size } = statSync(path)
    if (size > MOST_BYTES) {
      const expected = `at most ${MOST_BYTES} bytes`
      throw new UmbraError('UMBRA_FILE_CORRUPT', { subject: path, expected, received: `${size}` })
    }
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof UmbraError) throw cause
    throw new UmbraError('UMBRA_FILE_MISSING', { subject: path, expected: 'a file that can be read', cause })
  }
}
