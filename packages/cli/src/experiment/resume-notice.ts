import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What to say where there is no run to resume. It is no failure: scripts that are started again and again always pass
 * `--resume`; but with a misspelt name training would start from the beginning without a word.
 */
export const resumeNotice = (runDir: string, resume: boolean | undefined): string | undefined =>
  resume === true && !existsSync(join(runDir, 'run.json'))
    ? `nothing to resume in ${runDir}: a new run starts there`
    : undefined
