#!/usr/bin/env node
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { main, processIo } from '@umbra/cli'

// Where this package is installed beside no project, or is all that a project lists, its plugins are found here.
const home = fileURLToPath(new URL('..', import.meta.url))
const code = await main(process.argv, { ...processIo(), home })
process.exitCode = code
// What an engine leaves open (threads, sockets) must not keep a finished command alive.
setTimeout(() => process.exit(code), 1000).unref()
