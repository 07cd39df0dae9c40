import { type Command, CommanderError } from 'commander'
import { printFailure } from './output/print-failure.js'
import { createProgram } from './program.js'
import { type Io, processIo } from './process/io.js'
import { isExit } from './process/exit-with.js'
import { takeStrayErrors } from './process/stray-errors.js'

/**
 * Runs the command in `argv` (as `process.argv`) and returns its exit code: 0 done, 1 failed, 2 wrong use, 130
 * interrupted. Never throws, and never ends the process except on a second Ctrl-C.
 */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  let release = (): void => undefined
  const stray = new Promise<never>((_resolve, reject) => (release = takeStrayErrors(reject)))
  try {
    const program = createProgram({ io, argv })
    const group = groupNamed(program, argv.slice(2))
    // Commander would print the help of a group without a command as an error.
    if (group === undefined) await Promise.race([program.parseAsync(argv), stray])
    else group.outputHelp()
    return 0
  } catch (error) {
    // Help and version come as errors with exit code 0.
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    if (isExit(error)) return error.exitCode
    return printFailure(error, io, { json: argv.includes('--json'), debug: argv.includes('--debug') })
  } finally {
    release()
  }
}

/** The command that consists of other commands which the words name, `umbra engine` or `umbra` itself; undefined for any other. */
function groupNamed(program: Command, words: readonly string[]): Command | undefined {
  let command: Command | undefined = program
  for (const word of words) command = command?.commands.find((inner) => inner.name() === word)
  return command === undefined || command.commands.length === 0 ? undefined : command
}
