import { cpus } from 'node:os'
import { join } from 'node:path'
import { z, type ModelChoice } from '@umbra/core'
import type { EngineInfo } from '@umbra/core/trainer'
import { contentHash, parseJson, readRegular, writeFile } from '@umbra/core/files'

/** What the rate of a stage depends on. */
export interface RateKey {
  readonly student: ModelChoice
  readonly teachers: readonly ModelChoice[]
  readonly shape: readonly number[]
  readonly batch: number
  readonly threads: number | undefined
  readonly processes: number
}

/** Seconds per unit of work by rate key, measured by earlier runs on this machine. */
export interface Rates {
  readonly get: (key: RateKey) => number | undefined
  readonly set: (key: RateKey, secondsPerWork: number) => void
  readonly save: () => Promise<void>
}

/** Bytes; a rate has about thirty. */
const MOST_BYTES = 4 * 2 ** 20

const schema = z.record(z.string(), z.number().positive())

/** The rates of a store folder. A file that cannot be read counts as empty: they are only estimates. */
export function openRates(storeDir: string, engine: Pick<EngineInfo, 'id' | 'detail'>): Rates {
  const file = join(storeDir, 'rates.json')
  const read = (): Record<string, number> => {
    const content = readRegular(file, MOST_BYTES)
    const parsed = 'bytes' in content ? parseJson(content.bytes.toString('utf8')) : content
    return ('value' in parsed ? schema.safeParse(parsed.value).data : undefined) ?? {}
  }
  const nameOf = (key: RateKey): string =>
    contentHash(['seconds for 10^9 multiply-adds', key, engine.id, engine.detail, cpus()[0]?.model])
  const earlier = read()
  const fresh: Record<string, number> = {}
  return {
    get: (key) => fresh[nameOf(key)] ?? earlier[nameOf(key)],
    set: (key, seconds) => {
      if (Number.isFinite(seconds) && seconds > 0) fresh[nameOf(key)] = seconds
    },
    save: async () => {
      if (Object.keys(fresh).length > 0)
        await writeFile(file, JSON.stringify({ ...read(), ...fresh }, null, 1))
    },
  }
}
