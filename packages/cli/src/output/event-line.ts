import type { RunEvent } from '@umbra/core'
import { plainText } from '@umbra/core/trainer'
import { armLine } from './describe-progress.js'
import { duration } from './format.js'
import type { Style } from './style.js'

/** The line that reports an event; undefined for an event that is shown elsewhere, or not at all. */
export function eventLine(event: RunEvent, style: Style): string | undefined {
  switch (event.type) {
    case 'notice':
      return event.text.split('\n').map(plain).join('\n')
    case 'stage-start': {
      const resumed = event.done > 0 ? `, resumed after step ${event.done}` : ''
      return `${style.bold(event.title)}: ${event.steps} ${event.steps === 1 ? 'step' : 'steps'}${resumed}`
    }
    case 'arm-failed':
      return `${style.yellow('stopped')} ${event.arm}: ${plain(event.code)}: ${plain(event.reason)}`
    case 'arm-end':
      if (event.reused !== undefined)
        return style.dim(
          `${event.arm}  reused: run "${plain(event.reused.run)}", ${plain(event.reused.date.slice(0, 10))}`,
        )
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

/** Texts may come from files of earlier runs, and from plugins. */
const plain = (text: string): string => plainText(text, 4000)
