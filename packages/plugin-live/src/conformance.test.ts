import { assertAllConform, conformanceSubjects } from '@umbra/core/testing'
import { it } from 'vitest'
import { live } from './plugin.js'

it.each(conformanceSubjects(live))('%s keeps the laws of sinks', async (only) => {
  await assertAllConform(live, { only })
})
