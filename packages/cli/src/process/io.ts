import process from 'node:process'

/** Environment and output of a command; tests pass their own. */
export interface Io {
  /** Result of a command: standard output. */
  readonly out: (text: string) => void
  /** Messages on the way: standard error. */
  readonly err: (text: string) => void
  /** The terminal for progress bars; absent where there is none that can show them. */
  readonly terminal?: NodeJS.WriteStream
  readonly colour: boolean
  readonly cwd: string
  /** Folder of a package whose plugins stand in for those that the project does not have: that of `@umbra/all`. */
  readonly home?: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A reader that is gone: a closed pipe, a stream after that, a closed terminal. */
const NO_READER = ['EPIPE', 'ERR_STREAM_DESTROYED', 'EIO']

/**
 * The environment and output of this process. What nobody reads any more (`umbra compare | head`) is dropped, and the work goes
 * on: a run that ended there would leave its locks and half its work.
 */
export function processIo(): Io {
  const { stdout, stderr, env } = process
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!NO_READER.includes(error.code ?? '')) throw error
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
