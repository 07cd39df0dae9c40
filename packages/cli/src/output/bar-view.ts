import { MultiBar, type SingleBar } from 'cli-progress'
import { losses } from './describe-progress.js'
import { duration, rate } from './format.js'
import type { StageProgress } from './progress.js'
import type { ProgressView } from './view.js'

/** A bar for the whole run and one for each running stage with the losses of its arms, below lines that scroll away. */
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
        if (!running.some((own) => own.stage === stage)) {
          bars.remove(bar)
          stages.delete(stage)
        }
      for (const own of running) {
        const bar = stages.get(own.stage) ?? bars.create(1000, 0, { label: 'stage', note: '' })
        stages.set(own.stage, bar)
        bar.update(own.steps === 0 ? 0 : Math.round((1000 * own.step) / own.steps), { note: stageNote(own) })
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
