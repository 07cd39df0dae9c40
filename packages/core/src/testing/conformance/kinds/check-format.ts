import { readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { FormatDefinition } from '../../../contracts/format.js'
import type { ForeignTensor } from '../../../contracts/model.js'
import { UmbraError } from '../../../errors/umbra-error.js'
import { randomStream } from '../../../random/stream.js'
import { same, sizeOf } from '../numbers.js'
import { type Finding, failed, firstFailure, judgeLater, notApplicable, type Verdict } from '../verdict.js'
import { withFolder } from './temporary-folder.js'

/** A file whose contents are known. */
export interface KnownFile {
  readonly path: string
  readonly tensors: readonly ForeignTensor[]
}

const CODES: readonly string[] = ['UMBRA_FILE_MISSING', 'UMBRA_FILE_CORRUPT', 'UMBRA_WEIGHTS_FORMAT']

/** Holds a reader of weights to its promises: what files hold is read, and everything else is refused with an UmbraError. */
export async function checkFormat(
  definition: FormatDefinition,
  files: readonly KnownFile[] = [],
): Promise<Verdict[]> {
  const name = `format "${definition.id}"`
  return withFolder(async (folder) => [
    await judgeLater(name, 'known', () => checkKnown(definition, files)),
    await judgeLater(name, 'missing', () => checkMissing(definition, folder)),
    await judgeLater(name, 'truncated', () => checkTruncated(definition, files, folder)),
    await judgeLater(name, 'garbage', () => checkGarbage(definition, files, folder)),
  ])
}

async function checkKnown(definition: FormatDefinition, files: readonly KnownFile[]): Promise<Finding> {
  const failures: string[] = []
  for (const { path, tensors } of files) {
    const byName = new Map((await definition.read(path)).map((tensor) => [tensor.name, tensor]))
    const shown = path.split('/').at(-1) ?? path
    if (byName.size !== tensors.length)
      failures.push(`${shown} holds ${tensors.length} arrays; ${byName.size} were read.`)
    for (const { name, shape, data } of tensors) {
      const read = byName.get(name)
      if (read === undefined) failures.push(`"${name}" of ${shown} was not read.`)
      else if (read.shape.join() !== shape.join())
        failures.push(`"${name}" of ${shown} is [${shape.join(', ')}]; [${read.shape.join(', ')}] was read.`)
      else if (!same(read.data, data, 1e-6))
        failures.push(`Values of "${name}" of ${shown} were read wrongly.`)
    }
  }
  if (files.length === 0)
    return notApplicable('No file with known contents was given: name some under `files`.')
  return firstFailure(failures, 'Names, shapes and values of known files are read.')
}

/** What reading a file that is none ends with, unless it is an UmbraError of a reader. */
async function wrongEnd(
  definition: FormatDefinition,
  path: string,
  codes = CODES,
): Promise<string | undefined> {
  try {
    await definition.read(path)
    return 'was read'
  } catch (error) {
    if (error instanceof UmbraError)
      return codes.includes(error.code) ? undefined : `ended with ${error.code}`
    return `ended with ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`
  }
}

async function checkMissing(definition: FormatDefinition, folder: string): Promise<Finding> {
  const end = await wrongEnd(definition, join(folder, 'none.weights'), ['UMBRA_FILE_MISSING'])
  return firstFailure(
    end === undefined ? [] : [`A file that does not exist must be UMBRA_FILE_MISSING; it ${end}.`],
    'A missing file is UMBRA_FILE_MISSING.',
  )
}

async function checkTruncated(
  definition: FormatDefinition,
  files: readonly KnownFile[],
  folder: string,
): Promise<Finding> {
  if (files.length === 0) return notApplicable('No file with known contents was given to cut.')
  for (const { path } of files) {
    const bytes = await readFile(path)
    for (const part of [0.1, 0.5, 0.9, 1]) {
      const cut = join(folder, `cut${extname(path)}`)
      await writeFile(cut, bytes.subarray(0, Math.floor(part * (bytes.length - 1))))
      const end = await wrongEnd(definition, cut)
      if (end !== undefined)
        return failed(
          `A file cut to ${Math.floor(part * (bytes.length - 1))} of ${bytes.length} bytes must be UMBRA_FILE_CORRUPT; it ${end}.`,
        )
    }
  }
  return firstFailure([], 'Cut files are refused.')
}

/** Files of other contents, and a known one with its first bytes at their largest: lengths beyond the file. */
async function checkGarbage(
  definition: FormatDefinition,
  files: readonly KnownFile[],
  folder: string,
): Promise<Finding> {
  const stream = randomStream(4, 'conformance-garbage')
  const contents: [string, Uint8Array][] = [
    ['An empty file', new Uint8Array(0)],
    ['A file of zeros', new Uint8Array(256)],
    ['A file of 0xff', new Uint8Array(256).fill(255)],
    ['A file of text', new TextEncoder().encode('{"these": "are no weights"}\n'.repeat(9))],
    ['A file of random bytes', Uint8Array.from({ length: 4096 }, (_, i) => stream.integer(i, 256))],
  ]
  const extensions = definition.extensions.length === 0 ? [''] : definition.extensions
  for (const [what, bytes] of contents)
    for (const extension of extensions) {
      const path = join(folder, `garbage${extension}`)
      await writeFile(path, bytes)
      const end = await wrongEnd(definition, path)
      if (end !== undefined) return failed(`${what} must be refused with an UmbraError; it ${end}.`)
    }
  for (const { path } of files) {
    const bytes = await readFile(path)
    for (let at = 0; at < Math.min(32, bytes.length); at++) {
      const damaged = join(folder, `damaged${extname(path)}`)
      await writeFile(
        damaged,
        Uint8Array.from(bytes, (byte, i) => (i === at ? 255 : byte)),
      )
      const end = await wrongEnd(definition, damaged)
      if (end !== undefined && end !== 'was read')
        return failed(`A file with byte ${at} damaged must be read or refused with an UmbraError; it ${end}.`)
      if (end === 'was read' && !(await definition.read(damaged)).every(isWhole))
        return failed(`Of a file with byte ${at} damaged, arrays were read that do not fill their shapes.`)
    }
  }
  return firstFailure([], 'What is no weight file is refused with an UmbraError.')
}

const isWhole = ({ shape, data }: ForeignTensor): boolean => data.length === sizeOf(shape)
