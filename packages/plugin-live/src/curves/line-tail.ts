import { closeSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { type OpenFile, type Unreadable, openRegular } from '@umbra/core/files'

/** What a file has gained since the last read. */
export interface Gain {
  /** The file was replaced: what was read before is no longer valid. */
  readonly fresh: boolean
  /** Complete lines, at most about a megabyte of them. */
  readonly lines: readonly string[]
  /** Lines longer than any of a run, which were passed over. */
  readonly overlong: number
  /** Whether there is more to read. */
  readonly more: boolean
  /** Why nothing more is read; absent for a file, and where there is none. */
  readonly problem?: string
}

export interface LineTailOptions {
  /** Bytes read of a file at most. */
  readonly most?: number
  /** Opens it; a link is no file when left out. */
  readonly open?: () => OpenFile | Unreadable
}

const CHUNK = 1 << 20
/** Characters of a line; no line of a run is that long. */
const LONGEST = 1 << 20
/** A run of a hundred stages with ten arms each writes less than half of it. */
const MOST = 256 * 2 ** 20

/**
 * Follows a file of lines that grows, is replaced, or does not exist yet. Links, pipes, devices and folders are no files, and
 * nothing waits for them.
 */
export function createLineTail(
  path: string,
  { most = MOST, open = () => openRegular(path, { links: 'refused' }) }: LineTailOptions = {},
): { readonly read: () => Gain } {
  let offset = 0
  let identity: string | undefined
  let rest = ''
  /** The end of an overlong line is still to come. */
  let skipping = false
  let decoder = new StringDecoder('utf8')

  const restart = (): void => {
    offset = 0
    rest = ''
    skipping = false
    decoder = new StringDecoder('utf8')
  }
  const nothing = (problem?: string): Gain => {
    const fresh = identity !== undefined
    restart()
    identity = undefined
    return { ...NOTHING, fresh, ...(problem === undefined ? {} : { problem }) }
  }
  /** Complete lines of what was read so far; the rest waits for more. */
  const split = (text: string): Pick<Gain, 'lines' | 'overlong'> => {
    const [first = '', ...others] = (rest + text).split('\n')
    const lines = skipping ? others : [first, ...others]
    if (others.length > 0) skipping = false
    rest = lines.pop() ?? ''
    const short = lines.filter((line) => line.length <= LONGEST)
    let overlong = lines.length - short.length
    if (rest.length > LONGEST) {
      rest = ''
      skipping = true
      overlong += 1
    }
    return { lines: short.filter((line) => line !== ''), overlong }
  }
  return {
    read: () => {
      const file = open()
      if ('problem' in file) return nothing(file.missing === true ? undefined : file.problem)
      try {
        const { ino, birthtimeMs, size } = file.stats
        // The inode number alone may be reused by the file that replaces this one.
        const current = `${ino} ${birthtimeMs}`
        const fresh = identity !== undefined && (current !== identity || size < offset)
        if (fresh) restart()
        identity = current
        const end = Math.min(size, most)
        const buffer = Buffer.alloc(Math.min(CHUNK, Math.max(0, end - offset)))
        const length = readSync(file.descriptor, buffer, 0, buffer.length, offset)
        offset += length
        const gained = split(decoder.write(buffer.subarray(0, length)))
        const over = size > most && offset >= most ? { problem: `only its first ${most} bytes are read` } : {}
        return { fresh, ...gained, more: length > 0 && offset < end, ...over }
      } finally {
        closeSync(file.descriptor)
      }
    },
  }
}

const NOTHING: Omit<Gain, 'fresh'> = { lines: [], overlong: 0, more: false }
