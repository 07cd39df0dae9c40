import { type Plugin, definePlugin } from '@umbra/core'
import { earlyStopping } from './early-stopping.js'
import { ema } from './ema.js'
import { balancedAccuracy } from './metrics/balanced-accuracy.js'
import { brier, ece, nll } from './metrics/calibration.js'
import { classAccuracy } from './metrics/class-accuracy.js'
import { macroF1 } from './metrics/macro-f1.js'
import { lamb } from './optimisers/lamb.js'
import { lookahead } from './optimisers/lookahead.js'
import { rmsprop } from './optimisers/rmsprop.js'
import { oneCycle } from './schedules/one-cycle.js'
import { stepSchedule } from './schedules/step.js'
import { warmRestarts } from './schedules/warm-restarts.js'
import { VERSION } from './version.js'

/** Hooks for configurations, `ema` and `early-stopping`; optimisers, schedules of the learning rate, metrics. */
export const training: Plugin = definePlugin({
  name: '@umbra/plugin-training',
  version: VERSION,
  contract: 1,
  provides: [
    ema,
    earlyStopping,
    rmsprop,
    lamb,
    lookahead,
    stepSchedule,
    oneCycle,
    warmRestarts,
    macroF1,
    balancedAccuracy,
    classAccuracy,
    ece,
    nll,
    brier,
  ],
})
