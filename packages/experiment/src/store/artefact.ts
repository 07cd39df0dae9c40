import { renameSync } from 'node:fs'
import { z } from '@umbra/core'
import {
  readSealed,
  readVerified,
  removeFile,
  sealedJson,
  sha256Of,
  statusOf,
  writeFile,
} from '@umbra/core/files'

/** Bytes of a note. */
const MOST_BYTES = 2 ** 20

/** What an artefact of the store is and where it came from. */
const noteSchema = z.object({
  kind: z.enum(['teacher', 'assistant', 'logits']),
  /** Name of the model, and of the set for logits. */
  label: z.string(),
  /** Run that made it. */
  run: z.string().exactOptional(),
  /** When, in ISO 8601. */
  date: z.string(),
  /** sha256 of the weights that logits were computed with. */
  of: z.string().exactOptional(),
  sha256: z.string(),
  /** When it was last made again and became another one, in ISO 8601. */
  changed: z.string().exactOptional(),
})

/** Note beside an artefact of the store. */
export type ArtefactNote = Readonly<z.output<typeof noteSchema>>

export type ArtefactState =
  | { readonly is: 'intact'; readonly note: ArtefactNote; readonly bytes: Uint8Array }
  | { readonly is: 'missing' }
  | { readonly is: 'damaged'; readonly path: string; readonly problem: string }

/** `model.safetensors` has its note in `model.json`. */
export const noteOf = (file: string): string => file.replace(/\.safetensors$/, '.json')

/** Reads an artefact and compares its checksum with its note. */
export function readArtefact(file: string): ArtefactState {
  const opened = readSealed(noteOf(file), MOST_BYTES)
  // The note is written last: without it, writing was interrupted.
  if ('missing' in opened || statusOf(file) === undefined) return { is: 'missing' }
  if ('problem' in opened) return { is: 'damaged', path: noteOf(file), problem: opened.problem }
  const note = noteSchema.safeParse(opened.value).data
  if (note === undefined) return { is: 'damaged', path: noteOf(file), problem: 'its keys are others' }
  const read = readVerified(file, note.sha256)
  if ('missing' in read) return { is: 'missing' }
  return 'bytes' in read ? { is: 'intact', note, bytes: read.bytes } : { is: 'damaged', path: file, ...read }
}

/** Writes an artefact and then its note, which says whether it replaces another one; returns its sha256. */
export async function writeArtefact(
  file: string,
  bytes: Uint8Array,
  about: Omit<ArtefactNote, 'sha256' | 'date' | 'changed'>,
): Promise<string> {
  const sha256 = sha256Of(bytes)
  const before = readNote(file)
  const date = new Date().toISOString()
  const changed = before !== undefined && before.sha256 !== sha256 ? date : before?.changed
  removeFile(noteOf(file))
  for (const path of [noteOf(file), file]) dropAside(path)
  await writeFile(file, bytes)
  await writeFile(noteOf(file), sealedJson({ ...about, date, sha256, changed }))
  return sha256
}

/** The note beside an artefact, if it is intact. */
export function readNote(file: string): ArtefactNote | undefined {
  const opened = readSealed(noteOf(file), MOST_BYTES)
  return 'value' in opened ? noteSchema.safeParse(opened.value).data : undefined
}

/** Renames a damaged file to `….damaged`, so that nothing uses it again. Where that is impossible it stays. */
export function moveAside(path: string): void {
  try {
    renameSync(path, `${path}.damaged`)
  } catch {
    // Another process was first, or the folder is read-only; it is noticed again there.
  }
}

/** Removes what was moved aside, once the file has been made again. A folder stays: something of the user's may be in it. */
export function dropAside(path: string): void {
  const aside = `${path}.damaged`
  if (statusOf(aside)?.isDirectory() !== true) removeFile(aside)
}
