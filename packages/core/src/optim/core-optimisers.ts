import type { OptimiserDefinition } from '../contracts/optimiser.js'
import { adam, adamw } from './adam.js'
import { sgd } from './sgd.js'

/** Optimisers that come with the core. */
export const CORE_OPTIMISERS: readonly OptimiserDefinition[] = [sgd, adam, adamw]
