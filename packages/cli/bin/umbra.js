#!/usr/bin/env node
import { existsSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const MAIN = new URL('../dist/index.js', import.meta.url)
const say = (text) => void process.stderr.write(`error UMBRA_USAGE: ${text}\n`)

/** Ends the process with a code, even if something keeps it busy. */
function end(code) {
  process.exitCode = code
  // The outcome stands, whatever timers of plugins still do.
  process.setUncaughtExceptionCaptureCallback(() => undefined)
  // What an engine leaves open (threads, sockets) must not keep a finished command alive.
  setTimeout(() => process.exit(code), 1000).unref()
}

/** The command; undefined where a module is missing, which is said. */
async function load() {
  if (!existsSync(fileURLToPath(MAIN))) {
    say('umbra is not built here. Run `npm run setup` in the root of the repository.')
    return undefined
  }
  try {
    return await import(MAIN.href)
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    const [, name, importer] = /'([^']+)' imported from (.+)/.exec(error.message) ?? []
    if (name === undefined) throw error
    say(`cannot find module "${name}", which ${importer} imports. Install the packages again.`)
    return undefined
  }
}

const command = await load()
end(command === undefined ? 2 : await command.main(process.argv))
