import { describe } from 'vitest'
import { enhanceRealLogits } from './enhance-real-logits.js'

describe('enhancements on the logits of published CIFAR-10 teachers', () => enhanceRealLogits(1000))
