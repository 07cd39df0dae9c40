import { resolve } from 'node:path'
import { main } from '../src/main.js'

export interface CliRun {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface RunCliOptions {
  readonly cwd?: string
  /** Whether a project without the plugins that come with Umbra has them all the same; true by default. */
  readonly home?: boolean
  readonly env?: Readonly<Record<string, string>>
  /** Sees standard error while the command runs. */
  readonly watch?: (text: string) => void
}

/** This package, which lists them for its tests. */
export const HOME = resolve(import.meta.dirname, '..')

/** Runs the command in this process and returns what it printed. */
export async function runCli(
  words: readonly string[],
  { cwd = process.cwd(), home = true, env = {}, watch = () => undefined }: RunCliOptions = {},
): Promise<CliRun> {
  let out = ''
  let err = ''
  const code = await main(['node', 'umbra', ...words], {
    out: (text) => void (out += text),
    err: (text) => {
      err += text
      watch(text)
    },
    colour: false,
    cwd,
    ...(home ? { home: HOME } : {}),
    env,
  })
  return { code, out, err }
}
