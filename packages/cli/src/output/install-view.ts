import type { InstallProgress } from '@umbra/engine'
import { SingleBar } from 'cli-progress'
import type { Io } from '../process/io.js'

const PHASES: Readonly<Record<InstallProgress['phase'], string>> = {
  find: 'looking for',
  download: 'downloading',
  check: 'checking',
  unpack: 'unpacking',
  build: 'building with',
  done: 'ready:',
}
const SECONDS_BETWEEN = 10

export interface InstallView {
  readonly show: (progress: InstallProgress) => void
  readonly stop: () => void
}

/** Progress of an installation: a bar per phase on a terminal, plain lines elsewhere. */
export function installView(io: Io, quiet: boolean, clock: () => number = Date.now): InstallView {
  if (quiet) return { show: () => undefined, stop: () => undefined }
  let bar: SingleBar | undefined
  let phase: string | undefined
  let last = 0
  const stop = (): void => {
    bar?.stop()
    bar = undefined
  }
  return {
    stop,
    show: (progress) => {
      const { item, done, total } = progress
      if (progress.phase !== phase) {
        stop()
        phase = progress.phase
        last = clock()
        io.err(`${PHASES[progress.phase]} ${item}\n`)
      }
      if (total <= 0) return
      if (io.terminal !== undefined) {
        bar ??= startBar(io.terminal, total)
        bar.setTotal(total)
        bar.update(done, { megabytes: `${mega(done)} of ${mega(total)} MB` })
      } else if (clock() - last >= SECONDS_BETWEEN * 1000) {
        last = clock()
        io.err(`  ${Math.floor((100 * done) / total)} %, ${mega(done)} of ${mega(total)} MB\n`)
      }
    },
  }
}

function startBar(terminal: NodeJS.WriteStream, total: number): SingleBar {
  const bar = new SingleBar({
    stream: terminal,
    format: '  {bar} {percentage}%  {megabytes}  left {eta_formatted}',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: false,
    gracefulExit: false,
    fps: 5,
  })
  bar.start(total, 0, { megabytes: '' })
  return bar
}

const mega = (bytes: number): number => Math.round(bytes / 1e6)
