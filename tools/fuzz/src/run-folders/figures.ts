import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Times, places and versions: they may differ between two runs of the same. */
const OTHER: ReadonlySet<string> = new Set([
  ...['seconds', 'ownSeconds', 'imagesPerSecond', 'made', 'created', 'cohort', 'environment', 'checksum'],
])

/** The figures of a run's record: what must not depend on damage. */
export const figuresIn = (runDir: string): string =>
  JSON.stringify(JSON.parse(readFileSync(join(runDir, 'record.json'), 'utf8')), (key, value: unknown) =>
    OTHER.has(key) ? undefined : value,
  )
