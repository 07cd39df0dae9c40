import type { RunEvent } from '@umbra/core'
import { armLine } from './describe-progress.js'
import { duration } from './format.js'
import type { Style } from './style.js'

/** The line that reports an event; undefined for an event that is shown elsewhere, or not at all. */
export function eventLine(event: RunEvent, style: Style): string | undefined {
  switch (event.type) {
    case 'notice':
      return event.text
    case 'stage-start': {
      const resumed = event.done > 0 ? `, resumed after step ${event.done}` : ''
      return `${style.bold(event.title)}: ${event.steps} ${event.steps === 1 ? 'step' : 'steps'}${resumed}`
    }
    case 'arm-failed':
      return `${style.yellow('stopped')} ${event.arm}: ${event.code}: ${event.reason}`
    case 'arm-end':
      return event.cached || event.failed ? undefined : style.dim(armLine(event))
    case 'stage-end':
      return style.dim(
        event.cached
          ? `${event.stage}: finished earlier, loaded from its files`
          : `${event.stage} done in ${duration(event.seconds)}`,
      )
    default:
      return undefined
  }
}
