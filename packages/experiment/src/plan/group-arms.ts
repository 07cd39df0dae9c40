import type { CohortSpec } from '@umbra/core'
import type { PlannedArm } from './planned-arm.js'

export interface PlanOptions {
  /** Steps of an arm's checkpoints in this run. */
  readonly steps: (arm: PlannedArm) => readonly number[]
  /** Largest number of arms of a pair that are trained side by side. */
  readonly maxArms: (arm: PlannedArm) => number
  /** `seed-0`, with the pair's name where there are several. */
  readonly stage: (arm: PlannedArm) => string
  /** Whether titles name the pair. */
  readonly several: boolean
}

/**
 * Divides arms among cohorts: arms of the same pair, seed and length together, since they share batches and teacher
 * passes. Arms resumed from different steps go into different cohorts, so that none has to wait or repeat steps; too many
 * for one cohort are spread evenly. An arm's result does not depend on the others of its cohort.
 */
export function groupArms(arms: readonly PlannedArm[], options: PlanOptions): CohortSpec[] {
  const cohorts: CohortSpec[] = []
  const used = new Map<string, number>()
  for (const group of groupBy(arms, ({ pair, seed, recipe }) => `${pair.id} ${seed} ${recipe.epochs}`))
    for (const level of byProgress(group, options.steps))
      for (const part of evenly(level, options.maxArms(level[0]!))) {
        const { pair, seed, recipe, folder } = part[0]!
        const base = options.stage(part[0]!)
        const count = (used.get(base) ?? 0) + 1
        used.set(base, count)
        const labels = [...new Set(part.map(({ method }) => method.label))].join(', ')
        cohorts.push({
          stage: count === 1 ? base : `${base}.${count}`,
          title: `${options.several ? `${pair.id}: ` : ''}${labels}, seed ${seed}`,
          pair: pair.id,
          seed,
          epochs: recipe.epochs,
          folder,
          test: folder === 'arms',
          arms: part.map(({ id, method, hash }) => ({ id, method, hash })),
        })
      }
  return cohorts
}

/** Groups arms that have a common checkpoint, and arms that have none. */
function byProgress(arms: readonly PlannedArm[], stepsOf: PlanOptions['steps']): PlannedArm[][] {
  const levels: { common: readonly number[]; readonly arms: PlannedArm[] }[] = []
  for (const arm of arms) {
    const steps = stepsOf(arm)
    const fits = levels.find(({ common }) =>
      steps.length === 0 ? common.length === 0 : common.some((step) => steps.includes(step)),
    )
    if (fits === undefined) levels.push({ common: steps, arms: [arm] })
    else {
      fits.common = fits.common.filter((step) => steps.includes(step))
      fits.arms.push(arm)
    }
  }
  return levels.map((level) => level.arms)
}

function evenly<T>(items: readonly T[], most: number): T[][] {
  const parts = Math.ceil(items.length / Math.max(1, most))
  const size = Math.ceil(items.length / parts)
  return Array.from({ length: parts }, (_, i) => items.slice(i * size, (i + 1) * size)).filter(
    (part) => part.length > 0,
  )
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group === undefined) groups.set(key(item), [item])
    else group.push(item)
  }
  return [...groups.values()]
}
