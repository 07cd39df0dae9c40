import type { LayersModel, LayerVariable } from '@tensorflow/tfjs-layers'
import { UmbraError } from '../errors/umbra-error.js'
import { allLayers } from './all-layers.js'
import { namedWeights } from './weight-names.js'

/** How a second build of a model from the same seed differs from the first; undefined where it does not. It is disposed. */
export function compareBuilds(
  first: LayersModel,
  build: () => LayersModel,
  subject: string,
): UmbraError | undefined {
  const second = build()
  try {
    return (
      sharedProblem(first, second, subject) ??
      namesProblem(first, second, subject) ??
      valuesProblem(first, second, subject)
    )
  } finally {
    // The first is the caller's.
    if (second !== first) second.dispose()
  }
}

function sharedProblem(first: LayersModel, second: LayersModel, subject: string): UmbraError | undefined {
  const weights = new Set(namedWeights(first).values())
  const shared = [...namedWeights(second)].find(([, weight]) => weights.has(weight))
  if (first !== second && shared === undefined) return undefined
  return new UmbraError('UMBRA_MODEL', {
    subject: shared === undefined ? subject : `weight "${shared[0]}" of ${subject}`,
    expected: 'a new one in every build',
    received: 'the one of the build before',
    remedy: 'Make the layers inside `build`: students that share weights would train each other',
  })
}

function namesProblem(first: LayersModel, second: LayersModel, subject: string): UmbraError | undefined {
  const renamed = difference(namesOf(first), namesOf(second))
  if (renamed === undefined) return undefined
  return new UmbraError('UMBRA_MODEL', {
    subject: `layers of ${subject}`,
    expected: 'the same names in every build',
    received: `${renamed[0]} in one build, ${renamed[1]} in the next`,
    remedy:
      'Name every layer, the same each time: weights in files and random layers are known by these names',
  })
}

function valuesProblem(first: LayersModel, second: LayersModel, subject: string): UmbraError | undefined {
  const others = namedWeights(second)
  const changed = [...namedWeights(first)].find(([name, weight]) => !sameValues(weight, others.get(name)))
  if (changed === undefined) return undefined
  return new UmbraError('UMBRA_MODEL', {
    subject: `weight "${changed[0]}" of ${subject}`,
    expected: 'the same values in every build from one seed',
    received: 'others in the second build',
    remedy: 'Seed its initialiser with `seedFor`, and keep nothing from build to build',
  })
}

const namesOf = (model: LayersModel): string[] => [
  ...allLayers(model).map(({ name }) => `"${name}"`),
  ...[...namedWeights(model)].map(([name, { shape }]) => `"${name}" [${shape.join(', ')}]`),
]

/** The first place at which two lists differ. */
function difference(a: readonly string[], b: readonly string[]): readonly [string, string] | undefined {
  const length = Math.max(a.length, b.length)
  const at = Array.from({ length }, (_, i) => i).find((i) => a[i] !== b[i])
  return at === undefined ? undefined : [a[at] ?? 'none', b[at] ?? 'none']
}

function sameValues(a: LayerVariable, b: LayerVariable | undefined): boolean {
  return b !== undefined && bytesOf(a).equals(bytesOf(b))
}

function bytesOf(weight: LayerVariable): Buffer {
  const { buffer, byteOffset, byteLength } = weight.read().dataSync()
  return Buffer.from(buffer, byteOffset, byteLength)
}
