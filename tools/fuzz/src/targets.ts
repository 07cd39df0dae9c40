import { configurations } from './configurations.js'
import type { FuzzTarget } from './target.js'
import { weights } from './weights.js'

/** Every target by its word. */
export const TARGETS: readonly FuzzTarget[] = [weights, configurations]
