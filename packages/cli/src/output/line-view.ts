import type { Io } from '../process/io.js'
import { losses } from './describe-progress.js'
import { duration, rate } from './format.js'
import type { ProgressView } from './view.js'

const SECONDS_BETWEEN = 10

/** Plain lines, one every ten seconds at most and one at the end of each stage. */
export function lineView(io: Io, clock: () => number): ProgressView {
  let last = clock()
  return {
    say: (text) => io.err(`${text}\n`),
    show: (p, fresh) => {
      const due = clock() - last >= SECONDS_BETWEEN * 1000
      if (fresh || p.step === 0 || !(due || p.step === p.steps)) return
      last = clock()
      io.err(
        `epoch ${p.epoch}/${p.epochs}  step ${p.step}/${p.steps}  ${rate(p.imagesPerSecond)}  ` +
          `loss ${losses(p.metrics)}  left ${duration(p.stageSecondsLeft)}  in all ${duration(p.secondsLeft)}\n`,
      )
    },
    stop: () => undefined,
  }
}
