import { MultiBar, type SingleBar } from 'cli-progress'
import { losses } from './describe-progress.js'
import { duration, rate } from './format.js'
import type { StageProgress } from './progress.js'
import type { ProgressView } from './progress-view.js'

/** A bar for the whole run and one for each running stage with the losses of its arms, below lines that scroll. */
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
    // Otherwise the last state of a busy stage would not be drawn.
    forceRedraw: true,
  })
  let total: SingleBar | undefined
  const stages = new Map<string, SingleBar>()
  return {
    say: (text) => {
      if (total === undefined) terminal.write(`${text}\n`)
      else {
        bars.log(`${text}\n`)
        bars.update()
      }
    },
    show: ({ running, done, secondsLeft }) => {
      total ??= bars.create(1000, 0, { label: 'run  ', note: '' })
      total.update(Math.round(1000 * done), { note: `left ${duration(secondsLeft)}` })
      for (const [stage, bar] of stages)
        if (!running.some((progress) => progress.stage === stage)) {
          bars.remove(bar)
          stages.delete(stage)
        }
      for (const progress of running) {
        const { stage, step, steps } = progress
        const bar = stages.get(stage) ?? bars.create(1000, 0, { label: 'stage', note: '' })
        stages.set(stage, bar)
        bar.update(steps === 0 ? 0 : Math.round((1000 * step) / steps), { note: stageNote(progress) })
      }
    },
    stop: () => bars.stop(),
  }
}

const stageNote = (p: StageProgress): string =>
  p.epoch === 0
    ? p.title
    : `${p.title}  epoch ${p.epoch}/${p.epochs}  ${rate(p.imagesPerSecond)}  loss ${losses(p.metrics)}  ` +
      `left ${duration(p.secondsLeft)}`
