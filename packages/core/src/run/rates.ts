import { existsSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { EngineInfo } from '../contracts/engine.js'
import type { ModelChoice } from '../contracts/method.js'
import { contentHash } from '../util/canonical-json.js'
import { writeFile } from '../util/files.js'

/** What the pace of a stage depends on. */
export interface RateBasis {
  readonly student: ModelChoice
  readonly teachers: readonly ModelChoice[]
  readonly shape: readonly number[]
  readonly batch: number
  readonly threads: number | undefined
  readonly processes: number
}

/** Seconds for a unit of a stage's work, by what they depend on; measured by earlier runs on this machine. */
export interface Rates {
  readonly get: (basis: RateBasis) => number | undefined
  readonly set: (basis: RateBasis, secondsPerWork: number) => void
  readonly save: () => Promise<void>
}

const schema = z.record(z.string(), z.number().positive())

/** The rates of a store folder. A file that cannot be read counts as empty: they are only estimates. */
export function openRates(storeDir: string, engine: Pick<EngineInfo, 'id' | 'detail'>): Rates {
  const file = join(storeDir, 'rates.json')
  const read = (): Record<string, number> => {
    try {
      return existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : {}
    } catch {
      return {}
    }
  }
  const keyOf = (basis: RateBasis): string =>
    contentHash(['seconds for 10^9 multiply-adds', basis, engine.id, engine.detail, cpus()[0]?.model])
  const known = read()
  const fresh: Record<string, number> = {}
  return {
    get: (basis) => fresh[keyOf(basis)] ?? known[keyOf(basis)],
    set: (basis, seconds) => {
      if (Number.isFinite(seconds) && seconds > 0) fresh[keyOf(basis)] = seconds
    },
    save: async () => {
      if (Object.keys(fresh).length > 0)
        await writeFile(file, JSON.stringify({ ...read(), ...fresh }, null, 1))
    },
  }
}
