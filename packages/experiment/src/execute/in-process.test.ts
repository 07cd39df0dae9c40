import { checkExecutor } from '@umbra/core/testing'
import { expect, it } from 'vitest'
import { inProcessExecutor } from './in-process.js'

it('keeps the laws of executors', async () => {
  const verdicts = await checkExecutor(inProcessExecutor)
  expect(verdicts.map(({ check, status }) => [check, status])).toEqual([
    ['options', 'passed'],
    ['once', 'passed'],
    ['failure', 'passed'],
    ['cancel', 'passed'],
  ])
})
