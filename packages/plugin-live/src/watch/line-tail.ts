import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'

/** What a file has gained since the last read. */
export interface Gain {
  /** The file was replaced: what was read before is no longer valid. */
  readonly fresh: boolean
  /** Complete lines, at most about a megabyte of them. */
  readonly lines: readonly string[]
}

const CHUNK = 1 << 20

/** Follows a file of lines that grows, is replaced, or does not exist yet. */
export function createLineTail(path: string): { readonly read: () => Gain } {
  let offset = 0
  let identity: string | undefined
  let rest = ''
  let decoder = new StringDecoder('utf8')

  const restart = (): void => {
    offset = 0
    rest = ''
    decoder = new StringDecoder('utf8')
  }
  return {
    read: () => {
      const file = open(path)
      if (file === undefined) {
        const gone = identity !== undefined
        if (gone) restart()
        identity = undefined
        return { fresh: gone, lines: [] }
      }
      try {
        const { ino, birthtimeMs, size } = fstatSync(file)
        // The inode number alone may be reused by the file that replaces this one.
        const current = `${ino} ${birthtimeMs}`
        const fresh = identity !== undefined && (current !== identity || size < offset)
        if (fresh) restart()
        identity = current
        const buffer = Buffer.alloc(Math.min(CHUNK, Math.max(0, size - offset)))
        const length = readSync(file, buffer, 0, buffer.length, offset)
        offset += length
        const lines = (rest + decoder.write(buffer.subarray(0, length))).split('\n')
        rest = lines.pop() ?? ''
        // No line of a run is that long.
        if (rest.length > CHUNK) rest = ''
        return { fresh, lines: lines.filter((line) => line !== '') }
      } finally {
        closeSync(file)
      }
    },
  }
}

function open(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch {
    return undefined
  }
}
