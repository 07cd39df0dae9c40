import type { Command } from 'commander'

/** Flags every command has. */
export interface CommonFlags {
  readonly json?: true
  readonly debug?: true
}

export const addCommonOptions = (command: Command): Command =>
  command
    .option('--json', 'print one JSON document on standard output')
    .option('--debug', 'show stack traces')

/** Flags of commands that look at plugins. */
export interface PluginFlags extends CommonFlags {
  readonly config?: string
  readonly plugin?: readonly string[]
}

export const addPluginOptions = (command: Command): Command =>
  command
    .option('-c, --config <file>', 'configuration file (default: umbra.config.* of this folder)')
    .option('--plugin <path|package>', 'a further plugin; may be given again', collect)

/** Gathers an option that may be given several times. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]

/** Examples at the end of a command's help. */
export const examples = (...lines: readonly string[]): string =>
  `\nExample${lines.length > 1 ? 's' : ''}:\n${lines.map((line) => `  $ ${line}`).join('\n')}`
