export { live } from './plugin.js'
export { findRun } from './watch/find-run.js'
export { type RunServer, type ServeOptions, serveRun } from './watch/serve-run.js'
