import { readFileSync, renameSync, rmSync } from 'node:fs'
import { z } from '@umbra/core'
import { readSealed, sealedJson, sha256Of, writeFile } from '@umbra/core/files'

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
})

/** Note beside an artefact of the store. */
export type ArtefactNote = Readonly<z.output<typeof noteSchema>>

export type ArtefactState =
  | { readonly is: 'intact'; readonly note: ArtefactNote; readonly bytes: Uint8Array }
  | { readonly is: 'missing' }
  | { readonly is: 'damaged'; readonly path: string; readonly problem: string }

/** `model.safetensors` has its note in `model.json`. */
export const noteOf = (file: string): string => file.replace(/\.safetensors$/, '.json')

/** Reads an artefact and compares its checksum with its note. Throws what reading throws, apart from a missing file. */
export function readArtefact(file: string): ArtefactState {
  const bytes = bytesOf(file)
  const opened = readSealed(noteOf(file))
  // The note is written last: without it, writing was interrupted.
  if (bytes === undefined || 'missing' in opened) return { is: 'missing' }
  if ('problem' in opened) return { is: 'damaged', path: noteOf(file), problem: opened.problem }
  const note = noteSchema.safeParse(opened.value).data
  if (note === undefined) return { is: 'damaged', path: noteOf(file), problem: 'its keys are others' }
  if (sha256Of(bytes) !== note.sha256) return { is: 'damaged', path: file, problem: 'its checksum differs' }
  return { is: 'intact', note, bytes }
}

/** Writes an artefact and then its note; returns its sha256. */
export async function writeArtefact(
  file: string,
  bytes: Uint8Array,
  about: Omit<ArtefactNote, 'sha256' | 'date'>,
): Promise<string> {
  const sha256 = sha256Of(bytes)
  for (const path of [noteOf(file), `${noteOf(file)}.damaged`, `${file}.damaged`])
    rmSync(path, { force: true })
  await writeFile(file, bytes)
  await writeFile(noteOf(file), sealedJson({ ...about, date: new Date().toISOString(), sha256 }))
  return sha256
}

/** Renames a damaged file to `….damaged`, so that nothing uses it again. Where that is impossible it stays. */
export function moveAside(path: string): void {
  try {
    renameSync(path, `${path}.damaged`)
  } catch {
    // Another process was first, or the folder is read-only; it is noticed again there.
  }
}

function bytesOf(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cause
  }
}
