import { appendFileSync, existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { makeFolder, writeError } from '@umbra/core/files'
import { encodeEvent, type TensorboardEvent } from './event.js'
import { frameRecord } from './record.js'

/** A file that TensorBoard reads while it grows. */
export interface EventFile {
  readonly path: string
  /** Throws UMBRA_DISK_FULL, UMBRA_READ_ONLY, UMBRA_WRITE. */
  readonly write: (event: TensorboardEvent) => void
}

/** A new event file in a folder. Never appends to an old one: a killed process may have left half a record at its end. */
export function createEventFile(folder: string, seconds: number): EventFile {
  const path = freeName(folder, seconds)
  const write = (event: TensorboardEvent): void => {
    try {
      appendFileSync(path, frameRecord(encodeEvent(event)))
    } catch (cause) {
      throw writeError(path, cause)
    }
  }
  try {
    makeFolder(folder)
  } catch (cause) {
    throw writeError(folder, cause)
  }
  write({ time: seconds, version: 'brain.Event:2' })
  return { path, write }
}

/** TensorBoard reads the files of a folder in the order of their names. */
function freeName(folder: string, seconds: number): string {
  const stem = `events.out.tfevents.${String(Math.floor(seconds)).padStart(10, '0')}.${hostname()}.${process.pid}`
  for (let n = 0; ; n++) {
    const path = join(folder, `${stem}.${n}`)
    if (!existsSync(path)) return path
  }
}
