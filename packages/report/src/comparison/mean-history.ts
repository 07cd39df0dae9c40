import type { EpochFigures, MethodFigures } from '@umbra/core/trainer'
import { mean } from 'simple-statistics'
import { present } from '../present.js'

/** One epoch of a method, means over its seeds. */
export interface MeanEpoch {
  /** From 1. */
  readonly epoch: number
  readonly trainAccuracy?: number
  readonly trainLoss?: number
  readonly validation?: number
  /** Least and greatest over the seeds. */
  readonly validationRange?: readonly [number, number]
  /** Weight times term, nats; absent where weights were not recorded. */
  readonly parts?: Readonly<Record<string, number>>
}

/** Points drawn of a curve: more would not be visible. */
const POINTS = 60

/**
 * The epochs of a method, means over the arms that finished; if none did, over those that failed, as far as they got.
 * Long runs are thinned to every few epochs and the last.
 */
export function meanHistory({ arms }: MethodFigures): readonly MeanEpoch[] {
  const finished = arms.filter(({ failed }) => failed === undefined)
  const used = finished.length > 0 ? finished : arms
  const byEpoch = new Map<number, EpochFigures[]>()
  for (const figures of used.flatMap(({ history }) => history)) {
    byEpoch.set(figures.epoch, [...(byEpoch.get(figures.epoch) ?? []), figures])
  }
  const epochs = [...byEpoch].sort(([a], [b]) => a - b)
  const stride = Math.ceil(epochs.length / POINTS)
  return epochs
    .filter((_, i) => i % stride === 0 || i === epochs.length - 1)
    .map(([epoch, figures]) => meanEpoch(epoch, figures))
}

function meanEpoch(epoch: number, figures: readonly EpochFigures[]): MeanEpoch {
  const validations = finite(figures.map(({ validation }) => validation?.top1))
  return present({
    epoch: epoch + 1,
    trainAccuracy: meanOf(figures.map(({ train }) => train.accuracy)),
    trainLoss: meanOf(figures.map(({ train }) => train.loss)),
    validation: meanOf(validations),
    validationRange:
      validations.length > 1 ? ([Math.min(...validations), Math.max(...validations)] as const) : undefined,
    parts: parts(figures),
  })
}

function parts(figures: readonly EpochFigures[]): Readonly<Record<string, number>> | undefined {
  const weighted = figures.flatMap(({ train: { terms, weights } }) =>
    weights === undefined ? [] : [{ terms, weights }],
  )
  if (weighted.length === 0) return undefined
  const names = [...new Set(weighted.flatMap(({ terms }) => Object.keys(terms)))]
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = meanOf(weighted.map(({ terms, weights }) => (weights[name] ?? 0) * (terms[name] ?? 0)))
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

const finite = (values: readonly (number | undefined)[]): number[] =>
  values.filter((value): value is number => value !== undefined && Number.isFinite(value))

function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const numbers = finite(values)
  return numbers.length === 0 ? undefined : mean(numbers)
}
