import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { watchPulse } from './pulse.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const beat = async (pulse: PassThrough, seconds: number): Promise<void> => {
  for (let at = 0; at < seconds; at += 5) {
    pulse.write('.')
    await vi.advanceTimersByTimeAsync(5000)
  }
}

it('a worker that shows signs of life is left alone, one that stops is reported within two minutes', async () => {
  const pulse = new PassThrough()
  const lost = vi.fn()
  watchPulse(pulse, lost)
  await beat(pulse, 600)
  expect(lost).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(50_000)
  expect(lost).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(70_000)
  expect(lost).toHaveBeenCalledWith(60)
})

it('time in which this process was suspended as well does not count', async () => {
  const pulse = new PassThrough()
  const lost = vi.fn()
  watchPulse(pulse, lost)
  await beat(pulse, 30)
  vi.setSystemTime(Date.now() + 86_400_000)
  await beat(pulse, 30)
  expect(lost).not.toHaveBeenCalled()
})

it('nothing is reported once the watch has ended', async () => {
  const lost = vi.fn()
  watchPulse(new PassThrough(), lost)()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(lost).not.toHaveBeenCalled()
})
