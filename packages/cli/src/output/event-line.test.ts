import { expect, test } from 'vitest'
import { eventLine } from './event-line.js'
import { styleFor } from './style.js'

test('texts that come from files steer no terminal', () => {
  const steering = '\u001b[31m\u202ered\u0007'
  const plain = '\\u001b[31m\\u202ered\\u0007'
  const style = styleFor(false)
  const line = (event: Parameters<typeof eventLine>[0]): string | undefined => eventLine(event, style)
  expect(line({ type: 'notice', text: `one ${steering}\n  two` })).toBe(`one ${plain}\n  two`)
  const arm = { stage: 'seed-0', arm: 'kd-s0' }
  expect(line({ type: 'arm-failed', ...arm, code: 'X', reason: steering })).toBe(`stopped kd-s0: X: ${plain}`)
  expect(
    line({
      ...{ type: 'arm-end', ...arm, hash: 'a', cached: true, failed: false },
      reused: { run: steering, date: '2025-01-02T03:04' },
    }),
  ).toBe(`kd-s0  reused: run "${plain}", 2025-01-02`)
})
