import { type Command, Option } from 'commander'

/** Flags of every command. */
export interface CommonFlags {
  readonly json?: true
  readonly debug?: true
}

export const addCommonOptions = (command: Command): Command =>
  command
    .option('--json', 'print one JSON document to standard output')
    .option('--debug', 'show stack traces')

/** Flags of commands that load plugins. */
export interface PluginFlags extends CommonFlags {
  readonly config?: string
  readonly plugin?: readonly string[]
}

export const addPluginOptions = (command: Command): Command =>
  command
    .option('-c, --config <file>', 'configuration file (default: umbra.config.* in this folder)')
    .option('--plugin <path|package>', 'additional plugin; repeatable', collect)

/** Whether to use what the store has. */
export const retrainOption = (): Option =>
  new Option(
    '--retrain <what>',
    'teachers: train stored teachers and assistants again, and students anew; all: take nothing from the store',
  ).choices(['teachers', 'all'])

/** Collects the values of a repeatable option. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]

/** The examples at the end of a command's help. */
export const examples = (...lines: readonly string[]): string =>
  `\nExample${lines.length > 1 ? 's' : ''}:\n${lines.map((line) => `  $ ${line}`).join('\n')}`
