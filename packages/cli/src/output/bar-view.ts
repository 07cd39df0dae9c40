import { MultiBar, type SingleBar } from 'cli-progress'
import { losses } from './describe-progress.js'
import { duration, rate } from './format.js'
import type { Progress } from './progress.js'
import type { ProgressView } from './view.js'

/** Two bars, the whole run and the running stage, below lines that scroll away. */
export function barView(terminal: NodeJS.WriteStream): ProgressView {
  const bars = new MultiBar({
    stream: terminal,
    format: '{label} {bar} {percentage}%  {note}',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    fps: 5,
    gracefulExit: false,
    // Without it the last state of a busy stage would never be drawn.
    forceRedraw: true,
  })
  let total: SingleBar | undefined
  let stage: SingleBar | undefined
  return {
    say: (text) => {
      if (total === undefined) terminal.write(`${text}\n`)
      else {
        bars.log(`${text}\n`)
        bars.update()
      }
    },
    show: (progress) => {
      total ??= bars.create(1000, 0, { label: 'run  ', note: '' })
      stage ??= bars.create(1000, 0, { label: 'stage', note: '' })
      total.update(Math.round(1000 * progress.done), { note: `left ${duration(progress.secondsLeft)}` })
      stage.update(progress.steps === 0 ? 0 : Math.round((1000 * progress.step) / progress.steps), {
        note: stageNote(progress),
      })
    },
    stop: () => bars.stop(),
  }
}

const stageNote = (p: Progress): string =>
  p.epoch === 0
    ? p.title
    : `${p.title}  epoch ${p.epoch}/${p.epochs}  ${rate(p.imagesPerSecond)}  loss ${losses(p.metrics)}  ` +
      `left ${duration(p.stageSecondsLeft)}`
