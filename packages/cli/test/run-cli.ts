import { main } from '../src/main.js'

export interface CliRun {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface RunCliOptions {
  readonly cwd?: string
  /** Sees standard error while the command runs. */
  readonly watch?: (text: string) => void
}

/** Runs the command in this process and returns what it printed. */
export async function runCli(
  words: readonly string[],
  { cwd = process.cwd(), watch = () => undefined }: RunCliOptions = {},
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
    env: {},
  })
  return { code, out, err }
}
