import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'

/** What a file has gained since the last look. */
export interface Gain {
  /** The file was written anew: what was read of it before no longer holds. */
  readonly fresh: boolean
  /** Complete lines, at most about a megabyte of them. */
  readonly lines: readonly string[]
}

const CHUNK = 1 << 20

/** Follows a file of lines that grows, is replaced, or is not there yet. */
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
        // The number alone may be given again to the file that replaces this one.
        const found = `${ino} ${birthtimeMs}`
        const fresh = identity !== undefined && (found !== identity || size < offset)
        if (fresh) restart()
        identity = found
        const buffer = Buffer.alloc(Math.min(CHUNK, Math.max(0, size - offset)))
        const length = readSync(file, buffer, 0, buffer.length, offset)
        offset += length
        const lines = (rest + decoder.write(buffer.subarray(0, length))).split('\n')
        rest = lines.pop()!
        // A line that long is none of ours.
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
