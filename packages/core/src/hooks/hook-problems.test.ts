import { describe, expect, it } from 'vitest'
import { hookProblems, sharedHookProblems } from './hook-problems.js'

describe('hookProblems', () => {
  it('names handlers that cannot be called', () => {
    const hooks = {
      runEnd: 3,
      weights: () => ({}),
      stop: { order: 'first', handler: () => undefined },
      average: { order: 'post', handler: () => undefined },
    }
    const messages = hookProblems({ name: 'p', id: 'x', hooks: hooks as never }).map(({ message }) => message)
    expect(messages).toHaveLength(3)
    expect(messages[0]).toContain('hook "runEnd" of "x" (plugin "p"): expected a function, or')
    expect(messages[1]).toContain(
      'hook "weights" of "x" (plugin "p"): expected { initial, step } of functions, or',
    )
    expect(messages[2]).toContain('hook "stop"')
  })

  it('refuses two averages', () => {
    const hooks = { average: () => undefined, runEnd: () => undefined }
    const [problem, ...others] = sharedHookProblems([
      { name: 'a', hooks },
      { name: 'b', id: 'ema', hooks },
    ])
    expect(others).toEqual([])
    expect(problem!.message).toContain('plugin "a" and "ema" (plugin "b")')
    expect(sharedHookProblems([{ name: 'a', hooks }])).toEqual([])
  })

  it('names the nearest hook', () => {
    const hooks = { epochStrat: () => undefined, runEnd: () => undefined, toString: () => 'x' }
    const messages = hookProblems({ name: 'p', hooks }).map(({ message }) => message)
    expect(messages).toHaveLength(2)
    expect(messages[0]).toMatch(/^unknown hook "epochStrat" of plugin "p". Did you mean "epochStart"\?/)
    expect(messages[1]).toContain('"toString"')
  })
})
