/**
 * Divides the training time of a cohort among its arms: the time between the ends of two arms is divided among the arms
 * still in training, by their shares. Undefined while the shares are unknown.
 *
 * @param seconds training time of each arm until it ended
 * @param shares of arms that are trained together, adding up to 1
 */
export function divideSeconds(
  seconds: ReadonlyMap<string, number>,
  shares: (arms: readonly string[]) => ReadonlyMap<string, number> | undefined,
): ReadonlyMap<string, number> | undefined {
  const divided = new Map<string, number>()
  let begun = 0
  for (const end of [...new Set(seconds.values())].sort((a, b) => a - b)) {
    const arms = [...seconds].filter(([, until]) => until >= end).map(([arm]) => arm)
    const parts = shares(arms)
    if (parts === undefined) return undefined
    for (const [arm, part] of parts) divided.set(arm, (divided.get(arm) ?? 0) + part * (end - begun))
    begun = end
  }
  return divided
}
