import { createHash } from 'node:crypto'
import type { PhiloxKey } from './philox.js'

/** The key of a name's stream under a root seed: streams of different names are independent. */
export function streamKey(seed: number, name: string): PhiloxKey {
  const digest = createHash('sha256').update(`${seed}/${name}`).digest()
  return [digest.readInt32LE(0), digest.readInt32LE(4)]
}
