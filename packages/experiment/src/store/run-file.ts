import { join } from 'node:path'
import { z } from '@umbra/core'
import { openSealed, parseJson, readSealedText } from '@umbra/core/files'
import { RUN_FORMAT, isRecord } from '@umbra/core/trainer'

/** Bytes of `run.json`: settings of all sessions, a thousand seeds among them. */
const MOST_BYTES = 4 * 2 ** 20

const settings = z.record(z.string(), z.unknown())

/** What a run folder says about itself in `run.json`. */
const runFileSchema = z.object({
  format: z.literal(RUN_FORMAT),
  created: z.string(),
  /** What all arms share, as far as it changes results. */
  basis: settings.and(z.object({ threads: z.int().positive().exactOptional(), recipe: settings })),
  /** Settings of the data; `basis` has the hash of the images that they give. */
  dataSettings: settings,
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
  const read = readSealedText(join(runDir, 'run.json'), MOST_BYTES)
  if ('problem' in read)
    return read.missing === true ? { is: 'missing' } : { is: 'damaged', problem: read.problem }
  const { text } = read
  const format = otherFormat(text)
  if (format !== undefined) return { is: 'other-format', format }
  const opened = openSealed(text)
  if ('problem' in opened) return { is: 'damaged', problem: opened.problem }
  const parsed = runFileSchema.safeParse(opened.value)
  if (parsed.success) return { is: 'intact', value: parsed.data }
  return { is: 'damaged', problem: `"${parsed.error.issues[0]?.path.join('.') ?? ''}" has another type` }
}

/** The format of a file of another version. Every version wrote a `basis`; one with a checksum must have the right one. */
function otherFormat(text: string): number | undefined {
  const parsed = parseJson(text)
  if (!('value' in parsed) || !isRecord(parsed.value)) return undefined
  const { format = 1, basis, checksum } = parsed.value
  if (typeof basis !== 'object' || !isFormat(format) || format === RUN_FORMAT) return undefined
  return checksum === undefined || 'value' in openSealed(text) ? format : undefined
}

const isFormat = (value: unknown): value is number => Number.isSafeInteger(value)
