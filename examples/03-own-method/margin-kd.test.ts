import { assertConforms } from '@umbra/core/testing'
import { createEngine } from '@umbra/engine'
import { it } from 'vitest'
import { plugin } from './margin-kd.js'

it('keeps the laws of distillation', async () => {
  await createEngine('cpu')
  assertConforms(plugin)
})
