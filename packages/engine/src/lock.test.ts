import { existsSync, mkdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { withLock } from './lock.js'
import { temporaryFolder } from './testing/temporary-folder.js'

const path = join(temporaryFolder(), 'deep', '.lock')

describe('withLock', () => {
  it('lets one work at a time', async () => {
    let inside = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++inside)
      await sleep(20)
      inside--
    }
    await Promise.all([1, 2, 3].map(() => withLock(path, undefined, work)))
    expect(most).toBe(1)
    expect(existsSync(path)).toBe(false)
  })

  it('is given back when the work fails', async () => {
    await expect(withLock(path, undefined, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(existsSync(path)).toBe(false)
  })

  it('takes over from a process that is gone', async () => {
    mkdirSync(path)
    const past = new Date(Date.now() - 60_000)
    utimesSync(path, past, past)
    expect(await withLock(path, undefined, () => Promise.resolve(7))).toBe(7)
  })

  it('stops waiting on abort', async () => {
    mkdirSync(path)
    await expect(withLock(path, AbortSignal.timeout(30), () => Promise.resolve())).rejects.toThrow()
    expect(existsSync(path)).toBe(true)
  })
})
