import { fileURLToPath } from 'node:url'

/** The repository, whose `package.json` lists every plugin: commands in folders of cases find them there. */
export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url))
