import type { Definition } from '@umbra/core'

export type KnownKind = Definition['kind']

/** Kinds that a user can name. */
export const KINDS: readonly KnownKind[] = [
  'method',
  'softening',
  'enhancement',
  'weighting',
  'optimiser',
  'schedule',
  'model',
  'dataset',
  'hooks',
  'metric',
  'sink',
  'format',
  'golden',
  'executor',
]

/** A kind by its name, singular or plural. */
export const kindNamed = (text: string): KnownKind | undefined =>
  KINDS.find((kind) => kind === text || `${kind}s` === text || kind === `${text}s`)
