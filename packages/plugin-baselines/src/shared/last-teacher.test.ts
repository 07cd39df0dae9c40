import { expect, it } from 'vitest'
import { lastTeacher } from './last-teacher.js'

it('is the last of the chain, and an error where there is none', () => {
  expect(lastTeacher(['teacher', 'assistant'])).toBe('assistant')
  expect(() => lastTeacher([])).toThrow(expect.objectContaining({ code: 'UMBRA_TEACHERS' }))
})
