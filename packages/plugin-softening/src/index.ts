export { softening } from './plugin.js'
export { kd } from './methods/kd/kd.js'
export { ats } from './methods/ats/ats.js'
export { isats } from './methods/isats/isats.js'
export { ctkd } from './methods/ctkd/ctkd.js'
export { logitStandardisation } from './methods/logit-standardisation/logit-standardisation.js'
export { skd } from './methods/skd/skd.js'
export { dkd } from './methods/dkd/dkd.js'
export { nkd } from './methods/nkd/nkd.js'
export { mlkd } from './methods/mlkd/mlkd.js'
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
export { decoupledTerms } from './shared/decoupled-terms.js'
export { type Divergence } from './shared/divergence.js'
export { type MlkdInput, type MlkdTerms, type View, mlkdTerms } from './methods/mlkd/mlkd-terms.js'
