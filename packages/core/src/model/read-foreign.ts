import { extname } from 'node:path'
import type { FormatDefinition } from '../contracts/format.js'
import type { ForeignTensor } from '../contracts/model.js'
import { UmbraError } from '../errors/umbra-error.js'
import type { Registry } from '../registry/registry.js'
import { describeContents } from './describe-contents.js'
import { readStart } from './read-start.js'

/** An array that a reader left out. */
export interface SkippedTensor {
  readonly name: string
  readonly type: string
}

/** The floating-point arrays of a weight file, in the format that its contents show, and the arrays left out. */
export async function readForeign(
  registry: Registry,
  file: string,
): Promise<{ readonly foreign: readonly ForeignTensor[]; readonly skipped: readonly SkippedTensor[] }> {
  const skipped: SkippedTensor[] = []
  const foreign = await formatOf(registry, file).read(file, (name, type) => {
    // PyTorch's batch normalisation counts its batches in every file.
    if (!name.endsWith('num_batches_tracked')) skipped.push({ name, type })
  })
  return { foreign, skipped }
}

function formatOf(registry: Registry, file: string): FormatDefinition {
  const formats = registry.list('format').map(({ definition }) => definition)
  const start = readStart(file)
  const byContents = formats.find((format) => format.recognises?.(start) === true)
  if (byContents !== undefined) return byContents
  const ending = extname(file).toLowerCase()
  const byEnding = formats.find(
    (format) => format.recognises === undefined && format.extensions.includes(ending),
  )
  if (byEnding !== undefined) return byEnding
  const { name, remedy } = describeContents(start)
  throw new UmbraError('UMBRA_WEIGHTS_FORMAT', {
    subject: `weight file ${file}`,
    expected: `a file of the format ${formats.map(({ id }) => id).join(' or ')}`,
    received: name,
    ...(remedy === undefined ? {} : { remedy }),
  })
}
