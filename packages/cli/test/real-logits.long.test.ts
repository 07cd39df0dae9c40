import { describe } from 'vitest'
import { enhanceRealLogits } from './enhance-real-logits.js'

describe('enhancements on all logits of published CIFAR-10 teachers', () => enhanceRealLogits(10_000))
