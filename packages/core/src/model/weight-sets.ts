import type { ForeignTensor } from '../contracts/model.js'

/** Where to look in a weight file, by the user. */
export interface WeightChoice {
  /** Place of the weights in the file: `state_dict_ema`, `models.student`. */
  readonly key?: string | undefined
  /** Beginning of the names to load, which is taken off: `module.student`. */
  readonly prefix?: string | undefined
}

/** The tensors whose names share a beginning, without it. */
export interface WeightSet {
  /** The names' common beginning without the last dot; empty for all tensors. */
  readonly path: string
  readonly tensors: readonly ForeignTensor[]
}

const MAX_DEPTH = 10
/** Sets tried; a file has one for the model and one for each group around it. */
const MAX_SETS = 40

/** Sets of at least `atLeast` tensors that a file has, the largest first and of equal ones the outermost. */
export function weightSets(
  foreign: readonly ForeignTensor[],
  { key, prefix }: WeightChoice,
  atLeast: number,
): readonly WeightSet[] {
  const sizes = new Map<string, number>()
  for (const { name } of foreign)
    for (const path of pathsOf(name)) sizes.set(path, (sizes.get(path) ?? 0) + 1)
  return [...sizes]
    .filter(([path, size]) => size >= atLeast && isUnder(path, key) && endsIn(path, prefix))
    .sort(([a, many], [b, few]) => few - many || a.length - b.length)
    .slice(0, MAX_SETS)
    .map(([path]) => ({ path, tensors: tensorsUnder(foreign, path) }))
}

/** `''`, `module`, `module.conv1` for `module.conv1.weight`. */
function pathsOf(name: string): string[] {
  const paths = ['']
  for (let dot = name.indexOf('.'); dot >= 0 && paths.length <= MAX_DEPTH; dot = name.indexOf('.', dot + 1))
    if (dot > 0) paths.push(name.slice(0, dot))
  return paths
}

function tensorsUnder(foreign: readonly ForeignTensor[], path: string): readonly ForeignTensor[] {
  if (path === '') return foreign
  const start = `${path}.`
  return foreign
    .filter(({ name }) => name.startsWith(start))
    .map(({ name, shape, data }) => ({ name: name.slice(start.length), shape, data }))
}

const bare = (path: string): string => path.replace(/\.+$/, '')
const isUnder = (path: string, key: string | undefined): boolean =>
  key === undefined || path === bare(key) || path.startsWith(`${bare(key)}.`)
const endsIn = (path: string, prefix: string | undefined): boolean =>
  prefix === undefined || path === bare(prefix) || path.endsWith(`.${bare(prefix)}`)

/** Parts of names that compiled, sharded and checkpointed modules add anywhere in a name. */
const WRAPPERS = /(^|\.)(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module|module)\./g

/** The same tensors without what wrappers of single layers add to their names; undefined where names would coincide. */
export function unwrapped(foreign: readonly ForeignTensor[]): readonly ForeignTensor[] | undefined {
  const plain = foreign.map(({ name, shape, data }) => ({ name: withoutWrappers(name), shape, data }))
  return new Set(plain.map(({ name }) => name)).size === plain.length ? plain : undefined
}

function withoutWrappers(name: string): string {
  const shorter = name.replace(WRAPPERS, '$1')
  return shorter === name ? name : withoutWrappers(shorter)
}

/** Whether a place in a file says that its weights are a running average: `state_dict_ema`, `model_avg`, `swa`. */
export const isAveraged = (path: string): boolean => path.split('.').some(namesAverage)

function namesAverage(part: string): boolean {
  const words = part
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z]+/)
  return (
    words.some((word) => AVERAGES.has(word)) || (words.includes('avg') && words.some((word) => OF.has(word)))
  )
}

const AVERAGES = new Set([
  'ema',
  'emas',
  'swa',
  'average',
  'averaged',
  'averages',
  'averaging',
  'shadow',
  'polyak',
])
/** `exp_avg` of an optimiser is no average of weights, `avgpool` no average at all. */
const OF = new Set(['model', 'net', 'network', 'state', 'weights', 'params', 'parameters'])
