export { baselines } from './plugin.js'
export { ce } from './methods/ce.js'
