#!/usr/bin/env node
import process from 'node:process'

const built = await import('../dist/index.js').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !/[\\/]dist[\\/]/.test(error.message)) throw error
  process.stderr.write(
    'error UMBRA_USAGE: umbra is not built here. Run `npm run setup` in the root of the repository.\n',
  )
})
const code = built === undefined ? 2 : await built.main(process.argv)
process.exitCode = code
// The outcome stands, whatever timers of plugins still do.
process.setUncaughtExceptionCaptureCallback(() => undefined)
// What an engine leaves open (threads, sockets) must not keep a finished command alive.
setTimeout(() => process.exit(code), 1000).unref()
