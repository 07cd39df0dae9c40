import type { Dataset } from '../contracts/dataset.js'
import { type ErrorFacts, UmbraError } from '../errors/umbra-error.js'
import { datasetProblems } from './dataset-problems.js'

/**
 * Throws UMBRA_DATASET with everything that is wrong in a data set as a definition returned it.
 *
 * @param subject the data set in the user's words: `data set "faces" of plugin "own"`
 */
export function checkDataset(dataset: unknown, subject: string): asserts dataset is Dataset {
  const problems = datasetProblems(dataset)
  const [only, ...others] = problems
  if (only === undefined) return
  if (others.length === 0)
    throw new UmbraError('UMBRA_DATASET', { ...only, subject: `${only.subject} of ${subject}` })
  throw new UmbraError('UMBRA_DATASET', {
    subject: `${subject}: ${problems.length} problems`,
    problems: problems.map(messageOf),
  })
}

const messageOf = (facts: ErrorFacts): string => new UmbraError('UMBRA_DATASET', facts).message
