export { training } from './plugin.js'
export { averageStep, averageDecay, ema } from './ema.js'
export { type EarlyStoppingOptions, earlyStopping, stopReason } from './early-stopping.js'
