import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { combineProblems } from '../errors/combine-problems.js'
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
 * Throws UMBRA_FILE_MISSING where there is no such folder or no such file in it, and UMBRA_FILE_CORRUPT with the first thing
 * wrong in each malformed file.
 */
export function readGoldenFolder(folder: string): readonly GoldenFile[] {
  const names = namesIn(folder)
  if (names.length === 0) {
    throw new UmbraError('UMBRA_FILE_MISSING', { subject: folder, expected: 'files ending in .json' })
  }
  const files: GoldenFile[] = []
  const problems: UmbraError[] = []
  for (const file of names) {
    try {
      files.push({ file, cases: parseGoldenFile(textOf(join(folder, file)), file) })
    } catch (error) {
      if (!(error instanceof UmbraError)) throw error
      problems.push(error)
    }
  }
  const [first, ...others] = problems
  if (first === undefined) return files
  const { code } = first
  const same = others.every((problem) => problem.code === code)
  throw combineProblems(`golden folder ${folder}`, [first, ...others], same ? code : 'UMBRA_PROBLEMS')
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
    const stats = statSync(path)
    // Reading a pipe would block.
    if (!stats.isFile()) throw new UmbraError('UMBRA_FILE_CORRUPT', { subject: path, expected: 'a file' })
    if (stats.size > MOST_BYTES) {
      const expected = `at most ${MOST_BYTES} bytes`
      throw new UmbraError('UMBRA_FILE_CORRUPT', { subject: path, expected, received: `${stats.size}` })
    }
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof UmbraError) throw cause
    throw new UmbraError('UMBRA_FILE_MISSING', { subject: path, expected: 'a file that can be read', cause })
  }
}
