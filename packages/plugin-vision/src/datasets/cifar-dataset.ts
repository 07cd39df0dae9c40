import {
  type DataSource,
  type DatasetDefinition,
  type ImageSet,
  type LoadContext,
  defineDataset,
  z,
} from '@umbra/core'
import { CIFAR_SHAPE, type CifarLayout } from './cifar-layout.js'
import { type FoundFile, findCifarFiles } from './find-cifar-files.js'
import { sha256Of } from '@umbra/core/files'
import { isPublished } from './checksums.js'
import { readDataFile } from './read-data-file.js'
import { checkRecords, joinRecords } from './cifar-records.js'

/** Options of both CIFAR data sets. */
export const cifarOptions = z.strictObject({
  path: z.string().min(1).describe('folder of the binary files, relative to the configuration'),
})

/**
 * A CIFAR data set in its binary layout: label bytes, then 32x32 pixels plane by plane.
 *
 * Files may be compressed (`.xz`); a decoded copy is then kept in the cache folder. Images become
 * `[count, 32, 32, 3]` bytes.
 */
export function cifarDataset(layout: CifarLayout): DatasetDefinition<typeof cifarOptions> {
  return defineDataset({
    id: layout.id,
    summary: `${layout.title}: 32x32 colour images of ${layout.classes.length} classes, from a folder of its binary files.`,
    options: cifarOptions,
    load: async ({ path }, context) => {
      const files = await findCifarFiles(layout, path, context.baseDir)
      const train = await loadPart(files.train, layout, context)
      const test = await loadPart(files.test, layout, context)
      return {
        id: layout.id,
        shape: CIFAR_SHAPE,
        classes: layout.classes,
        train: train.images,
        test: test.images,
        normalisation: layout.normalisation,
        sources: [...train.sources, ...test.sources],
        credit: `${layout.title}: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.`,
      }
    },
  })
}

async function loadPart(
  files: readonly FoundFile[],
  layout: CifarLayout,
  context: LoadContext,
): Promise<{ readonly images: ImageSet; readonly sources: readonly DataSource[] }> {
  const contents: Buffer[] = []
  const sources: DataSource[] = []
  for (const file of files) {
    const bytes = await readDataFile(file, layout, context)
    checkRecords(bytes, file, layout)
    const checksum = sha256Of(bytes)
    const published = isPublished(bytes, checksum, layout)
    if (file.spec.published === true && !published)
      context.notice(
        `${file.shown} is not the published file (sha256 ${checksum.slice(0, 16)}…); it is used anyway`,
      )
    contents.push(bytes)
    sources.push({ file: file.shown, sha256: checksum, known: published })
  }
  return { images: joinRecords(contents, layout), sources }
}
