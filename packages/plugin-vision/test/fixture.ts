import { fileURLToPath } from 'node:url'

/** Path of a file that `fixtures/make-fixtures.py` wrote. */
export const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
