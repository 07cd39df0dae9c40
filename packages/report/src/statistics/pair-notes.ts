import type { MethodAnalysis } from './analysis.js'

/** Warnings about the numbers of a pair. */
export function pairNotes(methods: readonly MethodAnalysis[], baseline: string | undefined): string[] {
  const withResult = methods.filter(({ seeds }) => seeds.length > 0)
  const unequal = new Set(withResult.map(({ seeds }) => [...seeds].sort((a, b) => a - b).join())).size > 1
  const base = methods.find(({ label }) => label === baseline)
  return [
    ...methods.flatMap(({ label, failed, seeds }) =>
      failed.map(
        ({ seed, code, reason, epoch }) =>
          `${label}, seed ${seed}, failed${epoch === undefined ? '' : ` in epoch ${epoch + 1}`}: ${code}: ${withoutStop(reason)}. ` +
          (seeds.length === 0 ? 'The method has no result.' : 'The seed is left out of its numbers.'),
      ),
    ),
    ...methods.flatMap(({ label, stopped }) =>
      stopped.map(
        ({ seed, epoch, reason }) =>
          `${label}, seed ${seed}, was stopped after epoch ${epoch + 1}: ${withoutStop(reason)}.`,
      ),
    ),
    ...(baseline === undefined && methods.length > 1
      ? ['Neither kd nor ce is among the methods and no other baseline was chosen: nothing is tested.']
      : base?.seeds.length === 0
        ? [`${baseline}, the baseline, has no result: nothing is tested.`]
        : []),
    ...(unequal
      ? ['The means are over different seeds: compare the methods by their paired differences.']
      : []),
    ...(withResult.some(({ seeds }) => seeds.length === 1)
      ? ['With one seed there is neither spread nor interval.']
      : []),
  ]
}

/** A reason may be a sentence with its full stop. */
const withoutStop = (reason: string): string => reason.replace(/\.$/, '')
