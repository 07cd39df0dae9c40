import type { z } from 'zod'

/** A published work: what `umbra explain` cites. */
export interface Paper {
  readonly title: string
  readonly venue: string
  readonly arxiv?: string
  /** The equations or sections implemented, as the paper numbers them. */
  readonly equations?: string
  /** Whether their numbers were held against the paper's text; `umbra explain` says where they were not. */
  readonly equationsChecked?: true
}

/** Every kind of definition a plugin can provide. */
export type Kind =
  | 'method'
  | 'softening'
  | 'enhancement'
  | 'weighting'
  | 'optimiser'
  | 'schedule'
  | 'metric'
  | 'model'
  | 'format'
  | 'dataset'
  | 'golden'
  | 'sink'
  | 'executor'
  | 'hooks'

/** A schema of options: a strict object in which every key has a default, so that unknown keys are errors. */
export type OptionsSchema = z.ZodObject

/** What all definitions have in common. */
export interface DefinitionBase<K extends Kind = Kind, S extends OptionsSchema = OptionsSchema> {
  readonly kind: K
  /** Lower case, digits and dashes; unique among definitions of its kind. */
  readonly id: string
  /** One sentence. */
  readonly summary: string
  readonly options: S
}
