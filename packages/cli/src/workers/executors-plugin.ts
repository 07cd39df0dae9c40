import { CORE_VERSION } from '@umbra/core/trainer'
import { type Plugin, definePlugin } from '@umbra/core'
import { inProcessExecutor } from '@umbra/experiment'
import { workersExecutor } from './workers-executor.js'

/** The executors that come with the command. */
export const executors: Plugin = definePlugin({
  name: '@umbra/cli',
  version: CORE_VERSION,
  contract: 1,
  provides: [inProcessExecutor, workersExecutor],
})
