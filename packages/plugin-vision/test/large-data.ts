import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** Folder of the large files that are not part of the repository. */
export const dataFolder = resolve(
  process.env.UMBRA_DATA ?? new URL('../../../../shared/data', import.meta.url).pathname,
)

export const hasData = existsSync(dataFolder)

/** What a test's title says when it cannot run. */
export const needsData = hasData ? '' : ' (skipped: needs the folder shared/data, or UMBRA_DATA set to it)'
