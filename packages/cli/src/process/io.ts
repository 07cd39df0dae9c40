import process from 'node:process'

/** Where a command reads its surroundings and writes its text; tests give their own. */
export interface Io {
  /** Result of a command: standard output. */
  readonly out: (text: string) => void
  /** Everything said on the way: standard error. */
  readonly err: (text: string) => void
  /** The terminal progress bars are drawn on; absent where there is none that can show them. */
  readonly terminal?: NodeJS.WriteStream
  readonly colour: boolean
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The surroundings of this process. A reader that goes away (`umbra list | head`) ends it quietly. */
export function processIo(): Io {
  const { stdout, stderr, env } = process
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0)
      throw error
    })
  }
  const dumb = env.TERM === 'dumb' || isSet(env.CI)
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    ...(stderr.isTTY && !dumb ? { terminal: stderr } : {}),
    // `isTTY` is undefined, not false, on a pipe.
    colour: [stdout, stderr].every(({ isTTY }) => isTTY) && !dumb && !isSet(env.NO_COLOR),
    cwd: process.cwd(),
    env,
  }
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== '0'
