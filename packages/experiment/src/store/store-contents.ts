import { type Stats, existsSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from '@umbra/core'
import { readSealed } from '@umbra/core/files'
import { noteOf } from './artefact.js'
import { readRunFile } from './run-file.js'

/** One thing in the store of a folder of runs. */
export interface StoreEntry {
  /** `unfinished`: checkpoints of a teacher or an assistant; `damaged`: what cannot be read. */
  readonly kind: 'teacher' | 'assistant' | 'logits' | 'arm' | 'unfinished' | 'damaged'
  readonly label: string
  readonly hash: string
  /** Its folder, or its file. */
  readonly path: string
  readonly bytes: number
  /** Run that made it, where that is recorded. */
  readonly madeBy?: string
  /** When it was made, ISO 8601. */
  readonly date: string
  /** Runs in the same folder that refer to it. */
  readonly usedBy: readonly string[]
}

/** Whether a name is that of a stored model or arm. */
export const isHash = (name: string): boolean => /^[0-9a-f]{16}$/.test(name)
const LOGITS = /^[0-9a-f]{16}\.safetensors$/

/** Names in a folder, in order; none where there is no folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

/** What is at a path itself: a link is not followed. */
const stateOf = (path: string): Stats | undefined => {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

/** Whether a path is a folder, and no link to one. */
export const isFolder = (path: string): boolean => stateOf(path)?.isDirectory() === true

/** The run folders in a folder of runs. */
export const runFolders = (runs: string): string[] =>
  namesIn(runs).filter((name) => !name.startsWith('.') && readRunFile(join(runs, name)).is !== 'missing')

/** What the store has, and which runs refer to it. */
export function listStore(runs: string): StoreEntry[] {
  const store = join(runs, '.store')
  const users = usersOf(runs)
  const folders = namesIn(store).filter((name) => isHash(name) && isFolder(join(store, name)))
  const logits = namesIn(join(store, 'logits')).filter((name) => LOGITS.test(name))
  return [
    ...folders.map((hash) => folderEntry(runs, hash, users)),
    ...logits.map((name) => logitsEntry(runs, name.slice(0, 16), users)),
  ]
}

/** Marks that a run, an analysis or a study uses a stored model, or logits, whose folder has their name without its ending. */
export const userMark = (folder: string, run: string): string => join(folder, 'used-by', run)

/** Those that have marked it, and whose folders are there. */
function markedBy(runs: string, folder: string): readonly string[] {
  const marks = join(folder, 'used-by')
  if (!isFolder(marks)) return []
  return namesIn(marks).filter((run) => !run.startsWith('.') && isFolder(join(runs, run)))
}

type Users = (...keys: readonly string[]) => string[]

const teachersSchema = z.object({ teachers: z.array(z.object({ hash: z.string(), sha256: z.string() })) })

/** Runs by the hashes of their arms and teachers, and by the checksums of their teachers' weights. */
function usersOf(runs: string): Users {
  const byKey = new Map<string, Set<string>>()
  const add = (key: unknown, run: string): void => {
    if (typeof key === 'string') byKey.set(key, (byKey.get(key) ?? new Set()).add(run))
  }
  for (const run of runFolders(runs)) {
    for (const part of ['arms', 'search'])
      for (const arm of namesIn(join(runs, run, part))) {
        const opened = readSealed(join(runs, run, part, arm, 'result.json'))
        if ('value' in opened) add(opened.value.hash, run)
      }
    const opened = readSealed(join(runs, run, 'teachers.json'))
    const teachers = 'value' in opened ? teachersSchema.safeParse(opened.value).data?.teachers : []
    for (const { hash, sha256 } of teachers ?? []) for (const key of [hash, sha256]) add(key, run)
  }
  return (...keys) => [...new Set(keys.flatMap((key) => [...(byKey.get(key) ?? [])]))].sort()
}

function folderEntry(runs: string, hash: string, users: Users): StoreEntry {
  const path = join(runs, '.store', hash)
  const model = join(path, 'model.safetensors')
  const file = existsSync(model) ? noteOf(model) : join(path, 'result.json')
  const note = noteIn(file)
  const kind = note?.kind ?? (note === undefined && existsSync(file) ? 'damaged' : 'arm')
  return {
    kind: existsSync(file) ? kind : 'unfinished',
    ...factsOf(note, path),
    ...{ hash, path, bytes: bytesIn(path) },
    usedBy: [...new Set([...users(hash), ...markedBy(runs, path)])].sort(),
  }
}

function logitsEntry(runs: string, hash: string, users: Users): StoreEntry {
  const folder = join(runs, '.store', 'logits', hash)
  const path = `${folder}.safetensors`
  const note = noteIn(noteOf(path))
  const bytes = bytesIn(path) + bytesIn(noteOf(path))
  const ofWeights = note?.of === undefined ? [] : users(note.of)
  return {
    kind: note === undefined ? 'damaged' : 'logits',
    ...factsOf(note, path),
    hash,
    path,
    bytes,
    usedBy: [...new Set([...ofWeights, ...markedBy(runs, folder)])].sort(),
  }
}

/** Of a teacher, an assistant, logits or an arm. */
const noteSchema = z.object({
  kind: z.enum(['teacher', 'assistant', 'logits']).exactOptional(),
  label: z.string(),
  seed: z.number().exactOptional(),
  run: z.string().exactOptional(),
  date: z.string().exactOptional(),
  of: z.string().exactOptional(),
  made: z.object({ run: z.string(), date: z.string() }).exactOptional(),
})
type Note = z.output<typeof noteSchema>

function noteIn(file: string): Note | undefined {
  const opened = readSealed(file)
  return 'value' in opened ? noteSchema.safeParse(opened.value).data : undefined
}

function factsOf(note: Note | undefined, path: string): Pick<StoreEntry, 'label' | 'date' | 'madeBy'> {
  const run = note?.run ?? note?.made?.run
  const seed = note?.seed === undefined ? '' : `, seed ${note.seed}`
  return {
    label: note === undefined ? '' : `${note.label}${seed}`,
    date: note?.date ?? note?.made?.date ?? new Date(stateOf(path)?.mtimeMs ?? 0).toISOString(),
    ...(run === undefined ? {} : { madeBy: run }),
  }
}

function bytesIn(path: string): number {
  const state = stateOf(path)
  if (state?.isDirectory() !== true) return state?.size ?? 0
  return namesIn(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0)
}
