import type { ForeignTensor } from '../contracts/model.js'
import { nearest } from '../errors/nearest.js'
import { UmbraError } from '../errors/umbra-error.js'
import type { Fit, Fitter } from './fit-weights.js'
import { type WeightChoice, type WeightSet, isAveraged, unwrapped, weightSets } from './weight-sets.js'

interface FittingSet extends WeightSet, Fit {}

/** The set of tensors of a file that is loaded, and what to say about the choice. */
export interface ChosenWeights extends FittingSet {
  readonly notice?: string
}

/**
 * Chooses the tensors of a file that fit a model, by rule: any beginning that names share is taken off if all names fit without
 * it. Of several that fit, the averaged ones are taken and it is said.
 *
 * Throws UMBRA_WEIGHTS_MISMATCH where none fits, or where several do and the user has to choose.
 */
export function chooseWeights(
  foreign: readonly ForeignTensor[],
  choice: WeightChoice,
  fitter: Fitter,
  source: string,
): ChosenWeights {
  // Weights that a file need not hold, as kernels of identity shortcuts, are fewer than half of a model.
  const atLeast = Math.max(1, Math.floor(fitter.weights() / 2))
  const sets = weightSets(foreign, choice, atLeast)
  const fits = fittingSets(sets, fitter)
  if (fits.length > 0) return choose(fits, foreign, choice, source)
  const plain = unwrapped(foreign)
  const [fit] = plain === undefined ? [] : fittingSets(weightSets(plain, choice, atLeast), fitter)
  if (fit !== undefined) return fit
  throw misfit(foreign, choice, fitter, source)
}

/** The outermost sets that fit. */
function fittingSets(sets: readonly WeightSet[], fitter: Fitter): readonly FittingSet[] {
  const fits: FittingSet[] = []
  for (const set of sets) {
    if (fits.some(({ path }) => path === '' || set.path.startsWith(`${path}.`))) continue
    const fit = fitter.attempt(set.tensors)
    if (!(fit instanceof UmbraError)) fits.push({ ...set, ...fit })
  }
  return fits
}

function choose(
  fits: readonly FittingSet[],
  foreign: readonly ForeignTensor[],
  { key, prefix }: WeightChoice,
  source: string,
): ChosenWeights {
  const averaged = fits.filter(({ path }) => isAveraged(path))
  const [only, ...others] = averaged.length > 0 ? averaged : fits
  if (only === undefined || others.length > 0) throw ambiguous(fits, source)
  if (key !== undefined || prefix !== undefined) return only
  if (isAveraged(only.path)) {
    const raw = fits.find((fit) => fit !== only)
    const besides = raw === undefined ? '' : `, not the raw ones in "${raw.path}"`
    return { ...only, notice: `${source}: the averaged weights in "${only.path}" are used${besides}` }
  }
  // Averaged weights in a form that does not fit are never passed over in silence.
  const unused = foreign.find(({ name }) => isAveraged(groupOf(name)) && !isInside(name, only.path))
  if (unused !== undefined)
    throw new UmbraError('UMBRA_WEIGHTS_MISMATCH', {
      subject: `weights of ${source}`,
      expected: 'averaged weights that fit the model, or your choice of the raw ones',
      received: `raw weights in "${only.path}" and averaged ones like "${unused.name}", which do not fit`,
      remedy: `Set \`key: '${only.path}'\` beside \`weights\` to use the raw ones`,
    })
  const beside = only.path === '' ? 0 : foreign.filter(({ name }) => !isInside(name, only.path)).length
  return beside < only.tensors.length / 2
    ? only
    : {
        ...only,
        notice: `${source}: the weights in "${only.path}" are used, the other ${beside} tensors are not`,
      }
}

const isInside = (name: string, path: string): boolean => path === '' || name.startsWith(`${path}.`)
const groupOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')))

const ambiguous = (fits: readonly WeightSet[], source: string): UmbraError =>
  new UmbraError('UMBRA_WEIGHTS_MISMATCH', {
    subject: `weights of ${source}`,
    expected: 'one set that fits the model',
    received: fits.map(({ path }) => `"${path}"`).join(' and '),
    remedy: `Choose one beside \`weights\`, for example \`prefix: '${fits[0]?.path ?? ''}'\``,
  })

/** Why the set that comes nearest does not fit. */
function misfit(
  foreign: readonly ForeignTensor[],
  choice: WeightChoice,
  fitter: Fitter,
  source: string,
): UmbraError {
  const sets = weightSets(foreign, choice, 1)
  const [first] = sets
  if (first === undefined) return nothingThere(foreign, choice, source)
  const recognised = sets.filter(({ tensors }) => Object.keys(fitter.implied(tensors)).length > 0)
  // Without a recognised one, the names without all that they share.
  const shared = sets.filter(({ tensors }) => tensors.length === first.tensors.length).at(-1)
  const set = recognised.find(({ path }) => isAveraged(path)) ?? recognised[0] ?? shared ?? first
  const error = fitter.attempt(set.tensors)
  return error instanceof UmbraError ? error : nothingThere(foreign, choice, source)
}

function nothingThere(
  foreign: readonly ForeignTensor[],
  { key, prefix }: WeightChoice,
  source: string,
): UmbraError {
  const paths = weightSets(foreign, {}, 1).flatMap(({ path }) => (path === '' ? [] : [path]))
  const asked = key ?? prefix ?? ''
  const near = nearest(asked, paths)
  return new UmbraError('UMBRA_WEIGHTS_MISMATCH', {
    subject: `weights of ${source}`,
    expected: `tensors ${key === undefined ? '' : `under "${key}"`}${prefix === undefined ? '' : ` with names that begin with "${prefix}"`}`,
    received: paths.length === 0 ? 'names without groups' : `the groups ${paths.slice(0, 8).join(', ')}`,
    ...(near === undefined ? {} : { remedy: `Did you mean "${near}"?` }),
  })
}
