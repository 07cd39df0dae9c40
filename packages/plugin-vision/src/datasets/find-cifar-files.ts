import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UmbraError } from '@umbra/core'
import type { CifarFile, CifarLayout } from './cifar-layout.js'

export interface FoundFile {
  readonly spec: CifarFile
  /** Absolute. */
  readonly path: string
  /** As the user wrote it. */
  readonly shown: string
  readonly compressed: boolean
}

/**
 * The files of both parts in a folder, plain before compressed.
 *
 * Throws UMBRA_FILE_MISSING with the names looked for.
 */
export async function findCifarFiles(
  layout: CifarLayout,
  folder: string,
  baseDir: string,
): Promise<{ readonly train: readonly FoundFile[]; readonly test: readonly FoundFile[] }> {
  const at = resolve(baseDir, folder)
  const missing = (expected: string, received: string): never => {
    throw new UmbraError('UMBRA_FILE_MISSING', {
      subject: `data set ${layout.id} in ${folder}`,
      expected,
      received,
      remedy: `Point \`path\` to the folder of the binary version of ${layout.title}, https://www.cs.toronto.edu/~kriz/cifar.html`,
    })
  }
  const status = await stat(at).catch(() => undefined)
  if (!status?.isDirectory()) return missing('a folder', status === undefined ? `nothing at ${at}` : 'a file')
  const part = async (choices: readonly (readonly CifarFile[])[]): Promise<readonly FoundFile[]> => {
    for (const choice of choices) {
      const files = await Promise.all(choice.map((spec) => findFile(spec, folder, at)))
      if (files.every((file) => file === undefined)) continue
      const absent = choice.filter((_, i) => files[i] === undefined).map(({ name }) => `${name}.bin`)
      return absent.length === 0
        ? files.filter((file) => file !== undefined)
        : missing(choice.map(({ name }) => `${name}.bin`).join(', '), `no ${absent.join(', ')}`)
    }
    const names = choices.flatMap(([first, ...more]) =>
      first === undefined ? [] : [`${first.name}${more.length > 0 ? ' and following' : ''}`],
    )
    return missing(`one of ${names.join(', ')} as .bin or .bin.xz`, 'none of them')
  }
  return { train: await part(layout.train), test: await part(layout.test) }
}

async function findFile(spec: CifarFile, folder: string, at: string): Promise<FoundFile | undefined> {
  for (const ending of ['.bin', '.bin.xz']) {
    const path = join(at, spec.name + ending)
    const status = await stat(path).catch(() => undefined)
    if (status?.isFile())
      return { spec, path, shown: join(folder, spec.name + ending), compressed: ending !== '.bin' }
  }
  return undefined
}
