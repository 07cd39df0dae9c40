import type { GoldenDefinition } from '../contracts/golden.js'
import { tf } from '../tf.js'
import { type GoldenComparison, type GoldenComparisons, compareGolden } from './compare-golden.js'
import { type GoldenRecord, parseGoldenRecord } from './golden-record.js'

/** What became of a case. */
export interface GoldenVerdict {
  /** Whether everything that the case promises was computed and lies within its tolerance. */
  readonly ok: boolean
  /** `no-counterpart`: the definition left the case out on purpose; `breakdown`: `check` is `none`. */
  readonly status: 'passed' | 'failed' | 'no-counterpart' | 'breakdown'
  /** Everything that was compared, furthest from its tolerance first. */
  readonly worst: readonly GoldenComparison[]
  /** Published values that were not computed here and are not owed. */
  readonly missing: readonly string[]
  /** One sentence for each thing wrong. */
  readonly problems: readonly string[]
}

/**
 * Computes a case of a golden file (an entry of its list) with a definition and compares. Required are the loss and the terms, the
 * gradients under `loss+grads`, and at least one value under `outputs`; other values are compared where they are computed.
 *
 * Runs on the current backend and leaves no tensor behind. Throws UMBRA_FILE_CORRUPT for a malformed case; an error of the
 * definition is a failure of the case.
 */
export function evaluateGolden(definition: GoldenDefinition, golden: unknown): GoldenVerdict {
  return evaluateRecord(definition, parseGoldenRecord(golden, 'golden case'))
}

/** The same for a case already read. */
export function evaluateRecord(definition: GoldenDefinition, record: GoldenRecord): GoldenVerdict {
  const idle = { worst: [], missing: [], problems: [] }
  if (record.check === 'none') return { ok: true, status: 'breakdown', ...idle }
  try {
    const compared: GoldenComparisons[] = []
    tf.tidy(() => {
      const outcome = definition.evaluate(upload(record))
      if (outcome !== undefined) compared.push(compareGolden(record, outcome))
    })
    const [comparison] = compared
    if (comparison === undefined) return { ok: true, status: 'no-counterpart', ...idle }
    const { worst, missing } = comparison
    const owed = missing.filter((key) => isOwed(record, key))
    const problems = [
      ...worst.flatMap(({ problem }) => (problem === undefined ? [] : [problem])),
      ...owed.map((key) => `${key} was not computed`),
      ...(worst.length === 0 ? ['nothing was computed that the case publishes'] : []),
    ]
    const ok = problems.length === 0
    return {
      ok,
      status: ok ? 'passed' : 'failed',
      worst,
      missing: missing.filter((key) => !owed.includes(key)),
      problems,
    }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { ok: false, status: 'failed', worst: [], missing: [], problems: [problem] }
  }
}

function isOwed({ check, outputs }: GoldenRecord, key: string): boolean {
  if (key.startsWith('grad ')) return true
  const terms = outputs.terms
  const ofTerms = typeof terms === 'object' && terms !== null && key in terms
  return check !== 'outputs' && (key === 'loss' || ofTerms)
}

function upload({
  labels,
  layout,
  note,
  inputs,
  ...rest
}: GoldenRecord): Parameters<GoldenDefinition['evaluate']>[0] {
  const { method, id, name, check, hyper } = rest
  return {
    method,
    id,
    name,
    check,
    hyper,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([key, { shape, data }]) => [key, tf.tensor(data, shape, 'float32')]),
    ),
    ...(labels == null ? {} : { labels }),
    ...(layout === undefined ? {} : { layout }),
    ...(note === undefined ? {} : { note }),
  }
}
