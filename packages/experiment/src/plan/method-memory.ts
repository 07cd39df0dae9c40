import { UmbraError } from '@umbra/core'
import { combineProblems } from '@umbra/core/trainer'
import type { Methods } from '../config/compose-method.js'
import type { PairConfig, ResolvedConfig } from '../config/experiment-config.js'
import { freeBytes } from './free-bytes.js'

/** What the memory of methods depends on. */
export interface MethodMemoryInput {
  readonly config: Pick<ResolvedConfig, 'methods' | 'pairs' | 'recipe'>
  readonly methods: Pick<Methods, 'of'>
  /** Training images. */
  readonly samples: number
}

/** Bytes that the methods of a pair need beside networks, of the one that needs most. */
export type MethodBytes = (pair: PairConfig) => number

/**
 * Reads what methods say that they keep (memories of the training set, scores against them).
 * Throws UMBRA_MEMORY for each that does not fit in the memory that is free now.
 */
export function methodMemory(
  { config, methods, samples }: MethodMemoryInput,
  free = freeBytes(),
): MethodBytes {
  const { batch } = config.recipe
  const problems = new Map<string, UmbraError>()
  const most = new Map<string, number>()
  for (const pair of config.pairs)
    for (const entry of config.methods) {
      const method = methods.of(entry, pair)
      // A method that breaks stops its own arms, later.
      if (method.broken !== undefined) continue
      const sizes = { batch, samples, teachers: pair.teachers.length }
      const bytes = method.createObjective().memory?.(sizes) ?? 0
      most.set(pair.id, Math.max(most.get(pair.id) ?? 0, bytes))
      if (bytes > free) problems.set(entry.label, tooLarge(entry.label, { bytes, free, samples, batch }))
    }
  const [first, ...others] = problems.values()
  if (first !== undefined) throw combineProblems('the methods', [first, ...others], 'UMBRA_MEMORY')
  return ({ id }) => most.get(id) ?? 0
}

const tooLarge = (
  label: string,
  { bytes, free, samples, batch }: Readonly<Record<'bytes' | 'free' | 'samples' | 'batch', number>>,
): UmbraError =>
  new UmbraError('UMBRA_MEMORY', {
    subject: `method "${label}" with ${samples} training images and batches of ${batch}`,
    expected: `about ${gigabytes(bytes)} of free memory`,
    received: gigabytes(free),
    remedy: 'Use smaller batches, fewer negatives, shorter embeddings or fewer images',
  })

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
