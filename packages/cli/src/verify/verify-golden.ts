import {
  type GoldenComparison,
  type GoldenRecord,
  type GoldenVerdict,
  evaluateRecord,
  type readGoldenFolder,
} from '@umbra/core/testing'
import type { Registry } from '@umbra/core/trainer'

/** Result of a case; `no-method`: no plugin has a golden definition of its method. */
export type CaseStatus = GoldenVerdict['status'] | 'no-method'

export interface CaseResult {
  readonly file: string
  readonly method: string
  readonly id: string
  readonly name: string
  readonly check: GoldenRecord['check']
  readonly status: CaseStatus
  /** The comparison of each kind that is closest to its tolerance, or furthest beyond; absent where nothing of that kind was compared. */
  readonly loss?: GoldenComparison
  readonly terms?: GoldenComparison
  readonly gradients?: GoldenComparison
  readonly problems: readonly string[]
  /** Published values that are deliberately not computed here. */
  readonly missing: readonly string[]
  /** Why it is not compared, if the file gives a reason. */
  readonly note?: string
}

/** Evaluates every case of a golden folder on the current backend, with the golden definitions of a registry. */
export function verifyGolden(
  registry: Registry,
  files: ReturnType<typeof readGoldenFolder>,
): readonly CaseResult[] {
  const definitions = new Map(registry.list('golden').map(({ definition }) => [definition.id, definition]))
  return files.flatMap(({ file, cases }) =>
    cases.map((record): CaseResult => {
      const { method, id, name, check, note } = record
      const about = { file, method, id, name, check, ...(note === undefined ? {} : { note }) }
      const definition = definitions.get(method)
      // A documented breakdown needs no definition.
      if (definition === undefined && check !== 'none')
        return { ...about, status: 'no-method', problems: [], missing: [] }
      if (definition === undefined) return { ...about, status: 'breakdown', problems: [], missing: [] }
      const { status, worst, missing, problems } = evaluateRecord(definition, record)
      return { ...about, status, problems, missing, ...bySort(worst) }
    }),
  )
}

function bySort(worst: readonly GoldenComparison[]): Pick<CaseResult, 'loss' | 'terms' | 'gradients'> {
  const gradient = ({ key }: GoldenComparison) => key.startsWith('grad ')
  const loss = worst.find(({ key }) => key === 'loss')
  const gradients = worst.find(gradient)
  const terms = worst.find((comparison) => comparison.key !== 'loss' && !gradient(comparison))
  return {
    ...(loss === undefined ? {} : { loss }),
    ...(terms === undefined ? {} : { terms }),
    ...(gradients === undefined ? {} : { gradients }),
  }
}
