import { type Dataset, type ImageSet, type RunListener, UmbraError } from '@umbra/core'
import { type Registry, checkDataset, datasetWarnings, limitSet, splitSet } from '@umbra/core/trainer'
import type { ResolvedConfig } from '../config/experiment-config.js'

/**
 * Loads the data set of a configuration, checks it and cuts it to its limits; what is odd, but may be meant, is a notice.
 * Throws UMBRA_DATASET with everything that is wrong in it, and what its definition throws.
 */
export async function loadDataset(
  registry: Registry,
  { id, options, trainLimit, testLimit }: ResolvedConfig['dataset'],
  {
    baseDir,
    cacheDir,
    listen,
  }: { readonly baseDir: string; readonly cacheDir: string; readonly listen: RunListener },
): Promise<Dataset> {
  const definition = registry.get('dataset', id)
  const notice = (text: string): void => listen({ type: 'notice', text })
  const loaded: unknown = await definition.load(registry.parse(definition, options), {
    baseDir,
    cacheDir,
    notice,
  })
  const subject = `data set "${id}" of plugin "${registry.pluginOf(definition).name}"`
  checkDataset(loaded, subject)
  const dataset = {
    ...loaded,
    train: limitSet(loaded.train, trainLimit),
    test: limitSet(loaded.test, testLimit),
  }
  for (const warning of datasetWarnings(dataset)) notice(`${subject}: ${warning}`)
  return dataset
}

/** A data set, with validation images held out of the training set if configured. */
export interface SplitDataset extends Dataset {
  readonly validation?: ImageSet
}

/**
 * Loads the data set of a configuration, cut to its limits, and holds the validation images out of the training set.
 * Throws UMBRA_CONFIG if no training or no validation images would be left.
 */
export async function loadSplitDataset(
  registry: Registry,
  config: Pick<ResolvedConfig, 'dataset' | 'validation'>,
  context: Parameters<typeof loadDataset>[2],
): Promise<SplitDataset> {
  const dataset = await loadDataset(registry, config.dataset, context)
  if (config.validation === false) return dataset
  const parts = splitSet(dataset.train, config.validation)
  if (parts.train.count > 0 && parts.validation.count > 0) return { ...dataset, ...parts }
  throw new UmbraError('UMBRA_CONFIG', {
    subject: 'validation',
    expected: `a part of the ${dataset.train.count} training images`,
    received: `${parts.validation.count} of them`,
    remedy: 'Set validation to another fraction or count, or to false for none',
  })
}
