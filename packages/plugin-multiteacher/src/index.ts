export { multiteacher } from './plugin.js'
export { average, averageWeights } from './weightings/average.js'
export { entropy, entropyWeights } from './weightings/entropy.js'
export { fixed, fixedWeights } from './weightings/fixed.js'
