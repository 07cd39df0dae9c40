import { listEngines } from '@umbra/engine'
import { describe, expect, it } from 'vitest'
import { VARIED, tracedDistance } from './traced-course.js'

const here = listEngines().length > 0
const title = here ? '' : ' (skipped: no tensorflow engine; run "umbra engine install")'

describe.skipIf(!here)(`twelve steps on the tensorflow engine${title}`, () => {
  it.each(VARIED)('of %s end no further from eager ones than these from themselves', async (method) => {
    expect(await tracedDistance(method, 12)).toBeLessThanOrEqual(10)
  })
})
