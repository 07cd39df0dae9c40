import type { Tensor } from '@tensorflow/tfjs-core'
import { watchingDetach } from '../../../losses/detach-watch.js'
import { inDoublePrecision } from '../double-precision.js'
import { brief, fromTensor, length, mapRecord, normal, type Numbers, toTensor } from '../numbers.js'
import { evaluate, type EvaluateOptions } from '../evaluate.js'
import type { OutputNumbers, Probe, ProbeBatch } from '../probe.js'
import { firstFailure } from '../verdict.js'
import { type Check, probeBatch } from './check.js'

/** A point of all inputs that have a gradient, by path. */
type Point = Readonly<Record<string, Numbers>>

/**
 * The gradient of every output of the student and its peers, and of every variable, against central differences along
 * a random direction, in float64. What went through `detach` is held still meanwhile: it was cut on purpose.
 */
export const checkGradients: Check = ({ subject, probe }) => {
  const opened = probe()
  const batch = probeBatch(opened)
  // Different weights, so that errors of two terms cannot cancel.
  const weights = Object.fromEntries(opened.terms.map((name, i) => [name, 1 + 0.37 * i]))
  const { fixed, gradients } = recorded(opened, batch, weights)
  const point = pointOf(opened, batch)
  const scaled = new Set((subject.laws.scaledGradients ?? []).map((name) => `variable.${name}`))
  const differs = (paths: readonly string[]) =>
    compared(paths, gradients, (direction, size) =>
      replayed(opened, batch, fixed, weights, moved(point, direction, size)),
    )
  const failures = grouped(Object.keys(gradients)).flatMap((paths) => {
    if (paths.length > 1 && differs(paths) === undefined) return []
    return paths.flatMap((path) => {
      const gap = differs([path])
      return gap === undefined || (scaled.has(path) && gap.gradient !== 0) ? [] : [explain(path, gap)]
    })
  })
  return firstFailure(failures, `${Object.keys(gradients).length} gradients agree with central differences.`)
}

/** Outputs one by one; variables, of which there may be many, together, and one by one where they do not agree. */
function grouped(paths: readonly string[]): string[][] {
  const groups: string[][] = []
  const variables = paths.filter((path) => path.startsWith('variable.'))
  const size = Math.ceil(variables.length / GROUPS)
  for (let i = 0; i < variables.length; i += size) groups.push(variables.slice(i, i + size))
  return [...paths.filter((path) => !path.startsWith('variable.')).map((path) => [path]), ...groups]
}

const GROUPS = 8

interface Disagreement {
  /** Slope that the gradient gives. */
  readonly gradient: number
  /** Slope by central differences. */
  readonly measured: number
}

type Directions = Readonly<Record<string, readonly number[]>>

/** Differences that straddle a kink are wrong themselves: smaller steps must fail too. */
function compared(
  paths: readonly string[],
  gradients: Readonly<Record<string, readonly number[]>>,
  loss: (directions: Directions, size: number) => number,
): Disagreement | undefined {
  // `paths` are those of the gradients, and each has a direction of its size.
  const largest = Math.max(...paths.map((path) => length(gradients[path]!)))
  // Each has about the same share in the slope, so that a small one cannot hide among large ones.
  const share = (path: string): number =>
    largest === 0 ? 1 : largest / (length(gradients[path]!) + 1e-2 * largest)
  const directions: Directions = Object.fromEntries(
    paths.map((path) => {
      const { data } = normal([gradients[path]!.length], `direction/${path}`)
      return [path, Array.from(data, (d) => d * share(path))]
    }),
  )
  const slopes = paths.map((path) =>
    gradients[path]!.reduce((sum, g, i) => sum + g * directions[path]![i]!, 0),
  )
  const gradient = slopes.reduce((a, b) => a + b, 0)
  let result: Disagreement | undefined
  for (const step of [1e-4, 1e-5, 2e-6]) {
    const measured = (loss(directions, step) - loss(directions, -step)) / (2 * step)
    const scale = Math.max(largest, Math.abs(gradient), Math.abs(measured))
    if (Math.abs(gradient - measured) <= 1e-4 * scale + 1e-8) return undefined
    result = { gradient, measured }
  }
  return result
}

function explain(path: string, { gradient, measured }: Disagreement): string {
  const what = `The gradient of ${path} must be the loss's own: along one direction central differences give ${brief(measured)}, the gradient ${brief(gradient)}`
  if (gradient === 0)
    return `${what}. The loss depends on it but no gradient arrives: it is read back to numbers or cut by hand. Use \`detach\` where that is meant.`
  return `${what}. A custom gradient is wrong, or cuts what it should pass; a factor on purpose is declared in laws.scaledGradients.`
}

function recorded(probe: Probe, batch: ProbeBatch, weights: Readonly<Record<string, number>>) {
  const fixed: Numbers[] = []
  const { gradients } = inDoublePrecision(() =>
    watchingDetach(
      (made) => {
        fixed.push(fromTensor(made))
        return made
      },
      () => evaluate(probe, batch, { weights, gradients: true }),
    ),
  )
  return { fixed, gradients }
}

function replayed(
  probe: Probe,
  batch: ProbeBatch,
  fixed: readonly Numbers[],
  weights: Readonly<Record<string, number>>,
  point: Point,
): number {
  // The same run makes as many detached tensors as were recorded.
  let next = 0
  const { at, variables } = placed(probe, batch, point)
  const options: EvaluateOptions = { weights, variables }
  return inDoublePrecision(() =>
    watchingDetach(
      <T extends Tensor>(): T => toTensor(fixed[next++]!) as T,
      () => evaluate(probe, at, options).total,
    ),
  )
}

const networks = (batch: ProbeBatch): [string, OutputNumbers][] => [
  ['student', batch.student],
  ...batch.peers.map((peer, i): [string, OutputNumbers] => [`peer-${i}`, peer]),
]

function pointOf(probe: Probe, batch: ProbeBatch): Point {
  const outputs = networks(batch).flatMap(([path, { logits, taps }]) => [
    [`${path}.logits`, logits] as const,
    ...Object.entries(taps).map(([tap, value]) => [`${path}.taps.${tap}`, value] as const),
  ])
  const variables = Object.entries(probe.variables).map(
    ([name, value]) => [`variable.${name}`, value] as const,
  )
  return Object.fromEntries([...outputs, ...variables])
}

const moved = (point: Point, directions: Directions, size: number): Point => ({
  ...point,
  ...mapRecord(directions, (direction, path) => {
    // Directions have the paths and sizes of the point.
    const { shape, data } = point[path]!
    return { shape, data: direction.map((d, i) => data[i]! + size * d) }
  }),
})

function placed(probe: Probe, batch: ProbeBatch, point: Point) {
  // `pointOf` has put in every output and variable.
  const outputs = (path: string, { taps }: OutputNumbers): OutputNumbers => ({
    logits: point[`${path}.logits`]!,
    taps: mapRecord(taps, (_, tap) => point[`${path}.taps.${tap}`]!),
  })
  const at: ProbeBatch = {
    ...batch,
    student: outputs('student', batch.student),
    peers: batch.peers.map((peer, i) => outputs(`peer-${i}`, peer)),
  }
  return { at, variables: mapRecord(probe.variables, (_, name) => point[`variable.${name}`]!) }
}
