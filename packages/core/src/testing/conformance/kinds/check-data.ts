import type { Dataset, DatasetDefinition, ImageSet } from '../../../contracts/dataset.js'
import { checkDataset } from '../../../data/check-dataset.js'
import { parseOptions } from '../../../options/parse-options.js'
import { canonicalJson } from '../../../util/canonical-json.js'
import { checkOptions } from '../checks/options.js'
import { type Finding, failed, firstFailure, judge, judgeLater, passed, type Verdict } from '../verdict.js'
import { withFolder } from './temporary-folder.js'

/** Holds a data set to what the trainer expects of it. It is loaded up to four times. */
export async function checkData(
  definition: DatasetDefinition,
  options: Readonly<Record<string, unknown>> = {},
  baseDir?: string,
): Promise<Verdict[]> {
  const name = `dataset "${definition.id}"`
  const first = judge(name, 'options', () => checkOptions(definition.options, options))
  if (first.status === 'failed') return [first]
  const parsed = parseOptions(definition.options, options, name)
  return withFolder(async (folder) => {
    const load = (): Promise<Dataset> =>
      definition.load(parsed, { baseDir: baseDir ?? folder, cacheDir: folder, notice: () => undefined })
    const verdicts = [first, await judgeLater(name, 'sound', () => checkSound(load, name))]
    // What is not a data set at all cannot be compared with another.
    if (verdicts[1]?.status === 'failed') return verdicts
    verdicts.push(await judgeLater(name, 'repeatable', () => checkRepeatable(load)))
    verdicts.push(await judgeLater(name, 'unchanged', () => checkUnchanged(load)))
    verdicts.push(await judgeLater(name, 'apart', () => checkApart(load)))
    return verdicts
  })
}

type Load = () => Promise<Dataset>

async function checkSound(load: Load, name: string): Promise<Finding> {
  checkDataset(await load(), name)
  return passed('Labels, sizes, names and normalisation fit together.')
}

/** Same bytes in the same order from two loads. */
async function checkRepeatable(load: Load): Promise<Finding> {
  const [first, second] = [copy(await load()), copy(await load())]
  const differs = firstDifference(first, second)
  return firstFailure(
    differs === undefined
      ? []
      : [
          `Two loads must give the same; ${differs} are not. Draw nothing at random, and sort what folders list.`,
        ],
    'Two loads give the same bytes in the same order.',
  )
}

/** What was returned stays as it was, through another load and afterwards. */
async function checkUnchanged(load: Load): Promise<Finding> {
  const dataset = await load()
  const before = copy(dataset)
  await load()
  await new Promise((resolve) => setTimeout(resolve, 20))
  const differs = firstDifference(before, dataset)
  return firstFailure(
    differs === undefined
      ? []
      : [
          `A data set must stay as it was returned; ${differs} have changed since. Return memory that nothing else writes to.`,
        ],
    'What was loaded stays as it was.',
  )
}

/** Training and test images have memory of their own. */
async function checkApart(load: Load): Promise<Finding> {
  const { train, test } = await load()
  if (overlaps(train.images, test.images) || overlaps(train.labels, test.labels))
    return failed('Training and test images must be different ones; these share memory.')
  return passed('Training and test images are apart.')
}

function overlaps(a: Uint8Array | Int32Array, b: Uint8Array | Int32Array): boolean {
  if (a.buffer !== b.buffer) return false
  return a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength
}

const copySet = ({ images, labels, count }: ImageSet): ImageSet => ({
  ...{ images: images.slice(), labels: labels.slice(), count },
})
const copy = (dataset: Dataset): Dataset => ({
  ...structuredClone({ ...dataset, train: undefined, test: undefined }),
  ...{ train: copySet(dataset.train), test: copySet(dataset.test) },
})

function firstDifference(a: Dataset, b: Dataset): string | undefined {
  for (const key of ['shape', 'classes', 'normalisation', 'sources'] as const)
    if (canonicalJson(a[key]) !== canonicalJson(b[key])) return `the ${key}`
  for (const split of ['train', 'test'] as const)
    for (const part of ['images', 'labels'] as const)
      if (Buffer.compare(bytesOf(a[split][part]), bytesOf(b[split][part])) !== 0)
        return `the ${split} ${part}`
  return undefined
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Int32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
