import { gzipSync } from 'node:zlib'
import type { Random } from '../random.js'

const STARTS = [
  ...['\x89HDF\r\n\x1a\n', '\x93NUMPY', 'GGUF', '\x1f\x8b', '\xfd7zXZ\0', '\x28\xb5\x2f\xfd', 'BZh9'],
  ...[
    'version https://git-lfs.github.com/spec/v1\n',
    '<!DOCTYPE html><html>',
    'PK\x05\x06',
    '\x80\x02',
    '\x80',
  ],
] as const

/** Files of other kinds under a name that promises weights, and no files at all. */
export function otherFile(random: Random): Uint8Array {
  const { below, pick, bytes } = random
  return pick([
    () =>
      Buffer.concat([
        Buffer.from(pick(STARTS as readonly [string, ...string[]]), 'latin1'),
        bytes(below(600)),
      ]),
    () => bytes(below(600)),
    () => new Uint8Array(0),
    () => gzipSync(new Uint8Array(2 ** 20)),
    function tar() {
      const header = Buffer.alloc(1024)
      header.write('weights.pkl')
      header.write('ustar', 257)
      return header
    },
  ] as const)()
}
