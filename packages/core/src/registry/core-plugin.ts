import { definePlugin, type Plugin } from '../contracts/plugin.js'
import { CORE_OPTIMISERS } from '../optim/core-optimisers.js'
import { CORE_SCHEDULES } from '../optim/core-schedules.js'
import { CORE_VERSION } from '../version.js'

/** What the core itself provides: every registry has it, without listing it among its plugins. */
export const CORE_PLUGIN: Plugin = definePlugin({
  name: '@umbra/core',
  version: CORE_VERSION,
  contract: 1,
  provides: [...CORE_OPTIMISERS, ...CORE_SCHEDULES],
})
