import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { barView } from './bar-view.js'

test('draws run and running stages with rate, loss and time left, below the lines that stay', () => {
  let text = ''
  const stream = Object.assign(
    new Writable({
      write: (chunk: Buffer, _, done) => {
        text += chunk.toString()
        done()
      },
    }),
    { isTTY: true, columns: 200, rows: 40 },
  ) as unknown as NodeJS.WriteStream
  const view = barView(stream)
  const metrics = { 'kd-s0': { loss: 2.5, terms: {}, accuracy: 0.1 } }
  const stage = { stage: 'seed-0', title: 'kd, seed 0', step: 5, steps: 10, epoch: 1, epochs: 2, metrics }
  const running = [
    { ...stage, imagesPerSecond: 321.4, secondsLeft: 70 },
    { ...stage, stage: 'seed-1', title: 'kd, seed 1', step: 1, imagesPerSecond: 100, secondsLeft: 90 },
  ]
  view.show({ running, done: 0.25, secondsLeft: 4000 }, running[0], false)
  view.say('a line')
  view.stop()
  expect(text).toContain('a line')
  expect(text).toMatch(/run .*25%.*left 1h07m/)
  expect(text).toMatch(/stage.*10%.*kd, seed 1/)
  expect(text).toMatch(/stage.*50%.*kd, seed 0 {2}epoch 1\/2 {2}321 img\/s {2}loss kd 2\.500 {2}left 1m10s/)
})
