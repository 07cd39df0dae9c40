export { softening } from './plugin.js'
export { kd } from './methods/kd.js'
export { ats } from './methods/ats.js'
export { isats } from './methods/isats.js'
export { ctkd } from './methods/ctkd.js'
export { logitStandardisation } from './methods/logit-standardisation.js'
export { skd } from './methods/skd.js'
export { dkd } from './methods/dkd.js'
export { nkd } from './methods/nkd.js'
export { mlkd } from './methods/mlkd.js'
export { shared, sharedTemperature } from './softenings/shared.js'
export { type AsymmetricTemperatures, asymmetricTemperatures, atsSoftening } from './softenings/ats.js'
export {
  type InstanceOptions,
  type InstanceRule,
  type InstanceTemperatures,
  instanceTemperatures,
  isatsSoftening,
} from './softenings/isats.js'
export { type GridVariance, type TemperatureGrid, varianceOverGrid } from './softenings/variance-over-grid.js'
export { logitStandardisationSoftening, standardiseLogits } from './softenings/logit-standardisation.js'
export { sphericalLogits, sphericalSoftening } from './softenings/spherical.js'
export { type Decoupled, decouple } from './softenings/wrong-classes.js'
export { decoupledTerms } from './losses/decoupled-terms.js'
export { type Divergence } from './losses/divergence.js'
export { type MlkdInput, type MlkdTerms, type View, mlkdTerms } from './losses/mlkd-terms.js'
