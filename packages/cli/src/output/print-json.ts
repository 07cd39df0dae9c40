import type { Io } from '../process/io.js'

/** Prints the JSON document of a command. */
export const printJson = (io: Io, value: unknown): void => io.out(`${JSON.stringify(value, null, 2)}\n`)
