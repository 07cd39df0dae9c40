import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { analyzeCommand } from './commands/analyze.js'
import { compareCommand } from './commands/compare.js'
import { doctorCommand } from './commands/doctor.js'
import { engineCommand } from './commands/engine.js'
import { explainCommand } from './commands/explain.js'
import { listCommand } from './commands/list.js'
import { storeCommand } from './commands/store.js'
import { studyCommand } from './commands/study.js'
import { reportCommand } from './commands/report.js'
import { trainCommand } from './commands/train.js'
import { tuneCommand } from './commands/tune.js'
import { verifyCommand } from './commands/verify.js'
import { workerCommand } from './commands/worker.js'
import { watchCommand } from './commands/watch.js'
import type { Invocation } from './process/invocation.js'

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 wrong use or bad input, 130 interrupted (saved; go on with --resume).
Documentation of every error: docs/errors.md`

/** The `umbra` command and its subcommands. */
export function createProgram(invocation: Invocation): Command {
  const { io } = invocation
  const program = new Command('umbra')
    .description('Distils large image classifiers into small ones, and compares the methods fairly.')
    .version(version(), '-v, --version', 'print the version')
    // Options after a command belong to that command: engine install has a --version too.
    .enablePositionalOptions()
    .helpCommand('help [command]', 'help on a command')
    .addHelpText('after', EXIT_CODES)
  for (const make of [
    trainCommand,
    compareCommand,
    analyzeCommand,
    studyCommand,
    tuneCommand,
    watchCommand,
    listCommand,
    reportCommand,
    storeCommand,
    explainCommand,
    verifyCommand,
    doctorCommand,
    engineCommand,
  ]) {
    program.addCommand(make(invocation))
  }
  program.addCommand(workerCommand(invocation), { hidden: true })
  forAll(program, (command) =>
    command
      .exitOverride()
      .configureOutput({ writeOut: io.out, writeErr: io.err, outputError: () => undefined })
      .showSuggestionAfterError(true),
  )
  return program
}

function forAll(command: Command, action: (command: Command) => void): void {
  action(command)
  for (const inner of command.commands) forAll(inner, action)
}

function version(): string {
  const file = new URL('../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
