import type { Io } from '../process/io.js'

/** Prints the JSON document of a command. Characters that steer terminals are escaped, those above U+007F too. */
export const printJson = (io: Io, value: unknown): void =>
  io.out(
    `${JSON.stringify(value, null, 2).replace(/[\u007f-\u009f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)}\n`,
  )
