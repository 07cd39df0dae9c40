import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from '@umbra/core'
import { openSealed } from '@umbra/core/files'
import { RUN_FORMAT } from '@umbra/core/trainer'

const settings = z.record(z.string(), z.unknown())

/** What a run folder says about itself in `run.json`. */
const runFileSchema = z.object({
  format: z.literal(RUN_FORMAT),
  created: z.string(),
  /** What all arms share, as far as it changes results. */
  basis: settings.and(z.object({ threads: z.int().positive().exactOptional(), recipe: settings })),
  /** Students and teachers by the pair's id, of all sessions. */
  pairs: z.record(z.string(), z.unknown()),
  /** The pair whose arms have no prefix; absent where there were always several pairs. */
  onlyPair: z.string().exactOptional(),
  /** Session that asked for new teachers, or for everything new; ISO 8601. */
  retrain: z.object({ what: z.enum(['teachers', 'all']), since: z.string() }).exactOptional(),
})

export type RunFile = Readonly<z.output<typeof runFileSchema>>

export type RunFileState =
  | { readonly is: 'intact'; readonly value: RunFile }
  | { readonly is: 'missing' }
  /** Begun by another version of this program; those before the first format have no number. */
  | { readonly is: 'other-format'; readonly format: number }
  | { readonly is: 'damaged'; readonly problem: string }

/** Reads `run.json` of a run folder and verifies its checksum. */
export function readRunFile(runDir: string): RunFileState {
  let text: string
  try {
    text = readFileSync(join(runDir, 'run.json'), 'utf8')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ENOTDIR' ? { is: 'missing' } : { is: 'damaged', problem: message }
  }
  const format = otherFormat(text)
  if (format !== undefined) return { is: 'other-format', format }
  const opened = openSealed(text)
  if ('problem' in opened) return { is: 'damaged', problem: opened.problem }
  const parsed = runFileSchema.safeParse(opened.value)
  if (parsed.success) return { is: 'intact', value: parsed.data }
  return { is: 'damaged', problem: `"${parsed.error.issues[0]?.path.join('.') ?? ''}" has another type` }
}

/** The format of a file of another version. Every version wrote a `basis`. */
function otherFormat(text: string): number | undefined {
  try {
    const value = JSON.parse(text) as { readonly format?: unknown; readonly basis?: unknown } | null
    if (typeof value?.basis !== 'object') return undefined
    const { format = 1 } = value
    return typeof format === 'number' && format !== RUN_FORMAT ? format : undefined
  } catch {
    return undefined
  }
}
