import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { createRandom } from './random.js'
import type { CaseOutcome, FuzzTarget } from './target.js'

export interface CaseRange {
  readonly seed: number
  readonly from: number
  readonly to: number
}

export interface CaseResult {
  readonly index: number
  readonly seconds: number
  /** Largest memory of the process so far. */
  readonly peakBytes: number
  readonly outcome?: CaseOutcome
  readonly failure?: string
}

/** Largest memory a case may take a process to, and longest time, in which a busy machine does not count against it. */
const LIMITS = { bytes: 2 ** 30, seconds: 10 }

/** Runs cases one after the other; a case follows from seed and index alone. */
export async function runCases(
  { name, prepare, run }: FuzzTarget,
  { seed, from, to }: CaseRange,
  report: (result: CaseResult) => void,
  start: (index: number) => void = () => undefined,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `umbra-fuzz-${name}-`))
  try {
    await prepare?.(folder)
    for (let index = from; index < to; index++) {
      start(index)
      const began = performance.now()
      const usage = process.cpuUsage()
      const ended = await run(createRandom(seed, index), folder).then(
        (outcome) => ({ outcome }),
        (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
      )
      const seconds = (performance.now() - began) / 1000
      const peakBytes = 1024 * process.resourceUsage().maxRSS
      const { user, system } = process.cpuUsage(usage)
      const busy = Math.min(seconds, (user + system) / 1e6)
      const slow = busy > LIMITS.seconds ? { failure: `took ${busy.toFixed(1)} s` } : {}
      const large = peakBytes > LIMITS.bytes ? { failure: `took ${Math.round(peakBytes / 2 ** 20)} MB` } : {}
      report({ index, seconds, peakBytes, ...ended, ...slow, ...large })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
