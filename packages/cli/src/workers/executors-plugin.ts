import { CORE_VERSION, type Plugin, definePlugin, inProcessExecutor } from '@umbra/core'
import { workersExecutor } from './workers-executor.js'

/** The executors that come with the command. */
export const executors: Plugin = definePlugin({
  name: '@umbra/cli',
  version: CORE_VERSION,
  core: '*',
  provides: [inProcessExecutor, workersExecutor],
})
