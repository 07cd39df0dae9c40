import type { Dataset } from '../contracts/dataset.js'
import type { RunListener } from '../contracts/events.js'
import { limitSet } from '../data/limit.js'
import type { Registry } from '../registry/registry.js'
import type { ResolvedConfig } from './config.js'

/** Loads the data set of a configuration, cut to its limits. */
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
  const dataset = await definition.load(registry.parse(definition, options), { baseDir, cacheDir, notice })
  return { ...dataset, train: limitSet(dataset.train, trainLimit), test: limitSet(dataset.test, testLimit) }
}
