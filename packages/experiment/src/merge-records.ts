import type { ArmResult, ComparisonRecord, MethodFigures, PairFigures } from '@umbra/core/trainer'
import { canonicalJson } from '@umbra/core/files'

/** Whether an arm of an earlier session is what would be trained now under its name. */
export type StillValid = (pair: string, method: MethodFigures, arm: ArmResult) => boolean

/** What a record keeps of earlier sessions. */
export interface EarlierFigures {
  readonly pairs: readonly PairFigures[]
  /** Arms that are left out, since their settings have changed. */
  readonly dropped: readonly string[]
}

/** The arms of an earlier record that the present session does not plan. */
export function earlierFigures(
  earlier: Pick<ComparisonRecord, 'pairs'> | undefined,
  planned: ReadonlySet<string>,
  valid: StillValid,
): EarlierFigures {
  const dropped: string[] = []
  const pairs = (earlier?.pairs ?? []).map((pair) => ({
    ...pair,
    methods: pair.methods.map((method) => ({
      ...method,
      arms: method.arms.filter((arm) => {
        if (planned.has(arm.arm)) return false
        const keep = valid(pair.id, method, arm)
        if (!keep) dropped.push(arm.arm)
        return keep
      }),
    })),
  }))
  return { pairs: withArms(pairs), dropped }
}

const withArms = (pairs: readonly PairFigures[]): PairFigures[] =>
  pairs
    .map((pair) => ({ ...pair, methods: pair.methods.filter(({ arms }) => arms.length > 0) }))
    .filter(({ methods }) => methods.length > 0)

/** The record of a session with what earlier sessions recorded and it did not plan. */
export function mergeRecords(
  current: ComparisonRecord,
  { pairs: earlier }: Pick<EarlierFigures, 'pairs'>,
): ComparisonRecord {
  const pairs = current.pairs.map((pair) =>
    mergePairs(
      pair,
      earlier.find(({ id }) => id === pair.id),
    ),
  )
  const ids = new Set(pairs.map(({ id }) => id))
  const all = [...pairs, ...earlier.filter(({ id }) => !ids.has(id))]
  const seeds = all.flatMap(({ methods }) => methods.flatMap(({ arms }) => arms.map(({ seed }) => seed)))
  return {
    ...current,
    seeds: [...new Set([...current.seeds, ...seeds])].sort((a, b) => a - b),
    pairs: all,
  }
}

function mergePairs(current: PairFigures, earlier: PairFigures | undefined): PairFigures {
  if (earlier === undefined) return current
  const methods = current.methods.map((method) => {
    const before = earlier.methods.find((each) => each.label === method.label)
    if (before === undefined || !sameMethod(before, method)) return method
    return { ...method, arms: [...method.arms, ...before.arms].sort((a, b) => a.seed - b.seed) }
  })
  const labels = new Set(methods.map(({ label }) => label))
  return { ...current, methods: [...methods, ...earlier.methods.filter(({ label }) => !labels.has(label))] }
}

/** Arms of one label must be of one method with one choice of options. */
export const sameMethod = (
  a: Pick<MethodFigures, 'id' | 'options'>,
  b: Pick<MethodFigures, 'id' | 'options'>,
): boolean => canonicalJson([a.id, a.options]) === canonicalJson([b.id, b.options])
