import { encodeSafetensors } from '@umbra/core/files'
import type { Random } from '../random.js'
import { mutate } from '../mutate.js'
import { hostileZip } from './hostile-zip.js'
import { otherFile } from './other-file.js'
import { hostileHeader } from './hostile-header.js'
import { randomPickle } from './random-pickle.js'
import { type Checkpoint, hostileCheckpoint, validCheckpoint } from './checkpoint.js'

/** A weight file, and what it holds if that is certain. */
export interface WeightCase {
  readonly kind: string
  readonly bytes: Uint8Array
  readonly ending: string
  /** Values by name, if a reader that reads it at all must find exactly these. */
  readonly expected?: ReadonlyMap<string, readonly number[]> | undefined
  readonly mustRead: boolean
}

const ENDINGS = ['.pt', '.pth.tar', '.bin', '.ckpt', '.safetensors', '.npz', '', '.th'] as const

type Maker = (random: Random) => Omit<WeightCase, 'ending'>

const valid = (kind: string, { bytes, expected }: Checkpoint): Omit<WeightCase, 'ending'> => ({
  ...{ kind, bytes, expected, mustRead: true },
})
const hostile = (kind: string, bytes: Uint8Array): Omit<WeightCase, 'ending'> => ({
  ...{ kind, bytes, mustRead: false },
})

const MAKERS: readonly [Maker, ...Maker[]] = [
  (random) => valid('pt', validCheckpoint(random)),
  function changedZip(random) {
    const { bytes, expected } = validCheckpoint(random)
    // Checksums protect pickle and arrays: what is still read is right.
    return { kind: 'pt, bytes changed', bytes: mutate(bytes, random), expected, mustRead: false }
  },
  (random) => hostile('pt, pickle changed', validCheckpoint(random, (bytes) => mutate(bytes, random)).bytes),
  (random) => hostile('pt, hostile tensors', hostileCheckpoint(random)),
  (random) => hostile('pt, random opcodes', validCheckpoint(random, () => randomPickle(random)).bytes),
  (random) => hostile('pt, hostile archive', hostileZip(random)),
  (random) => valid('legacy', validCheckpoint(random, undefined, 'legacy')),
  (random) =>
    hostile('legacy, bytes changed', mutate(validCheckpoint(random, undefined, 'legacy').bytes, random)),
  (random) => valid('safetensors', validSafetensors(random)),
  (random) => hostile('safetensors, bytes changed', mutate(validSafetensors(random).bytes, random)),
  (random) => hostile('safetensors, hostile header', hostileHeader(random)),
  (random) => hostile('other files', otherFile(random)),
]

/** A case that follows from the random numbers alone. */
export const weightCase = (random: Random): WeightCase => ({
  ...random.pick(MAKERS)(random),
  ending: random.pick(ENDINGS),
})

function validSafetensors(random: Random): Checkpoint {
  const tensors = Array.from({ length: 1 + random.below(6) }, (_, i) => {
    const shape = Array.from({ length: random.below(4) }, () => random.below(4))
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.below(1000) / 8)
    return [`layer.${i}.weight`, { dtype: 'float32' as const, shape, data }] as const
  })
  return {
    bytes: encodeSafetensors(new Map(tensors), { format: 'pt' }),
    expected: new Map(tensors.map(([name, { data }]) => [name, [...data]])),
  }
}
