import type { Io } from '../process/io.js'
import { losses } from './describe-progress.js'
import { duration, rate } from './format.js'
import type { ProgressView } from './progress-view.js'

const SECONDS_BETWEEN = 10

/** Plain lines: for each stage at most one every ten seconds, and one at its end. */
export function lineView(io: Io, clock: () => number): ProgressView {
  const last = new Map<string, number>()
  const started = clock()
  return {
    say: (text) => io.err(`${text}\n`),
    show: ({ running, secondsLeft }, p, fresh) => {
      if (p === undefined || fresh || p.step === 0) return
      const due = clock() - (last.get(p.stage) ?? started) >= SECONDS_BETWEEN * 1000
      if (!(due || p.step === p.steps)) return
      last.set(p.stage, clock())
      io.err(
        `${running.length > 1 ? `${p.stage}  ` : ''}epoch ${p.epoch}/${p.epochs}  step ${p.step}/${p.steps}  ` +
          `${rate(p.imagesPerSecond)}  loss ${losses(p.metrics)}  ` +
          `left ${duration(p.secondsLeft)}  total ${duration(secondsLeft)}\n`,
      )
    },
    stop: () => undefined,
  }
}
