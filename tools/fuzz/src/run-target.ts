import { type CaseRange, type CaseResult, runCases } from './run-cases.js'
import { TARGETS } from './targets.js'

/** Runs cases of the target of a name and reports each, its start too. */
export async function runTarget(
  name: string,
  range: CaseRange,
  send: (message: { readonly start: number } | { readonly result: CaseResult }) => void,
): Promise<void> {
  const target = TARGETS.find((candidate) => candidate.name === name)
  if (target === undefined)
    throw new Error(`no target "${name}"; there are ${TARGETS.map((candidate) => candidate.name).join(', ')}`)
  await runCases(
    target,
    range,
    (result) => {
      send({ result })
    },
    (start) => {
      send({ start })
    },
  )
}
