import type { Random } from './random.js'

/** Numbers at which sizes, counts and signs go wrong. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff] as const

type Mutation = (bytes: Buffer, random: Random) => Buffer

const splice = (bytes: Buffer, at: number, remove: number, insert: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)])

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  function flipBit(bytes, { below }) {
    const at = below(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
    return bytes
  },
  function setByte(bytes, { below }) {
    bytes[below(bytes.length)] = below(256)
    return bytes
  },
  function setEdge(bytes, { below, pick }) {
    if (bytes.length < 8) return bytes
    const at = below(bytes.length - 7)
    bytes.writeUInt32LE(pick(EDGES), at)
    if (below(2) === 0) bytes.writeUInt32LE(pick(EDGES), at + 4)
    return bytes
  },
  (bytes, { below, bytes: make }) => splice(bytes, below(bytes.length), 0, make(1 + below(8))),
  (bytes, { below }) => splice(bytes, below(bytes.length), 1 + below(16), new Uint8Array(0)),
  (bytes, { below }) => bytes.subarray(0, below(bytes.length)),
  function repeat(bytes, { below }) {
    const at = below(bytes.length)
    const part = Buffer.from(bytes.subarray(at, at + 1 + below(64)))
    return splice(bytes, at, 0, Buffer.concat(Array.from({ length: 1 + below(20) }, () => part)))
  },
  function move(bytes, { below }) {
    const part = Buffer.from(bytes.subarray(below(bytes.length)).subarray(0, 1 + below(64)))
    return splice(bytes, below(bytes.length), part.length, part)
  },
]

/** A copy with one to eight changes, of single bits up to pieces moved, repeated or cut off. */
export function mutate(bytes: Uint8Array, random: Random): Buffer {
  let result: Buffer = Buffer.from(bytes)
  const changes = 1 + random.below(random.pick([1, 3, 8]))
  for (let i = 0; i < changes && result.length > 0; i++) result = random.pick(MUTATIONS)(result, random)
  return result
}
