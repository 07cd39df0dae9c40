/** Each arm's share of its cohort's time. */
export interface CostShares {
  /** Times one run of a part of the step function: an arm by its id, or the teachers. */
  readonly time: <T>(part: string, run: () => T) => T
  /** Share of each arm, 0..1, adding up to 1; the teachers' passes are divided evenly. Undefined before it is known. */
  readonly of: (arms: readonly string[]) => ReadonlyMap<string, number> | undefined
}

export const TEACHERS = '(teachers)'

/**
 * Shares by the time the step function itself takes: at every step where it runs eagerly, while it is traced where it is
 * compiled. The first run of each part is left out: an engine warms up in it.
 */
export function createCostShares(now: () => number): CostShares {
  const warm = new Set<string>()
  const sums = new Map<string, number>()
  return {
    time: (part, run) => {
      const begun = now()
      const result = run()
      if (warm.has(part)) sums.set(part, (sums.get(part) ?? 0) + now() - begun)
      warm.add(part)
      return result
    },
    of: (arms) => {
      const times = arms.map((arm) => [arm, sums.get(arm) ?? 0] as const)
      const teachers = sums.get(TEACHERS) ?? 0
      const total = times.reduce((sum, [, time]) => sum + time, teachers)
      if (total <= 0 || times.some(([, time]) => time <= 0)) return undefined
      return new Map(times.map(([arm, time]) => [arm, (time + teachers / arms.length) / total]))
    },
  }
}
