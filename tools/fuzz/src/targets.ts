import { configurations } from './configurations.js'
import { runs } from './runs.js'
import type { FuzzTarget } from './target.js'
import { watch } from './watch.js'
import { weights } from './weights.js'

/** Every target by its word. */
export const TARGETS: readonly FuzzTarget[] = [weights, configurations, runs, watch]
