import type { Definition } from '@umbra/core'

export type KnownKind = Definition['kind']

const ALL: Readonly<Record<KnownKind, true>> = {
  method: true,
  softening: true,
  enhancement: true,
  weighting: true,
  model: true,
  dataset: true,
  format: true,
}

/** Every kind of definition; complete by its type. */
export const KINDS = Object.keys(ALL) as KnownKind[]

/** A kind by its name, in the singular or the plural. */
export const kindNamed = (text: string): KnownKind | undefined =>
  KINDS.find((kind) => kind === text || `${kind}s` === text)
