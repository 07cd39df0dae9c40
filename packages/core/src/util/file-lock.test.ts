import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { takeLock, withLock, withLocks } from './file-lock.js'
import { isAlive, ownProcess } from './process-id.js'

const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'umbra-lock-')), 'inner', 'lock')
const { signal } = new AbortController()

it('is held by one, who is named, and leaves nothing when it is released', () => {
  const path = newPath()
  const first = takeLock(path)
  expect(takeLock(path)).toEqual({ holder: ownProcess() })
  if ('release' in first) first.release()
  const again = takeLock(path)
  expect(again).toHaveProperty('release')
  if ('release' in again) again.release()
  expect(readdirSync(dirname(path))).toEqual([])
})

it.each([
  ['of a process that is gone', { pid: spawnSync(process.execPath, ['-e', '']).pid, started: '1' }],
  ['of an earlier process of the same number', { pid: process.pid, started: 'long ago' }],
])('one %s is taken over', (_, holder) => {
  const path = newPath()
  takeLock(path)
  writeFileSync(path, JSON.stringify({ ...holder, host: hostname() }))
  expect(takeLock(path)).toHaveProperty('release')
})

it('one that is damaged is taken over; one of another machine is not', () => {
  const path = newPath()
  takeLock(path)
  writeFileSync(path, '{')
  expect(takeLock(path)).toHaveProperty('release')
  writeFileSync(path, JSON.stringify({ pid: 1, host: 'elsewhere', started: '' }))
  expect(takeLock(path)).toMatchObject({ holder: { host: 'elsewhere' } })
})

it.skipIf(process.platform === 'win32')('a pipe in its place is taken over, and not waited for', () => {
  const path = newPath()
  mkdirSync(dirname(path))
  execFileSync('mkfifo', [path])
  expect(takeLock(path)).toHaveProperty('release')
})

it('a folder in its place is left alone', () => {
  const path = newPath()
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'mine.txt'), '')
  expect(() => takeLock(path)).toThrow(/cannot write .*lock: received a folder in the place of a lock/)
  expect(readdirSync(dirname(path))).toEqual(['lock'])
  expect(readdirSync(path)).toEqual(['mine.txt'])
})

it('makes work wait for its turn, and gives way after a failure', async () => {
  const path = newPath()
  const order: string[] = []
  const work = (name: string) => async (): Promise<void> => {
    order.push(`${name} starts`)
    await new Promise((resolve) => setTimeout(resolve, 20))
    order.push(`${name} ends`)
  }
  await Promise.all([withLock(path, { signal }, work('a')), withLock(path, { signal }, work('b'))])
  expect(order).toEqual(['a starts', 'a ends', 'b starts', 'b ends'])
  await expect(withLocks([path], { signal }, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(existsSync(path)).toBe(false)
})

it('stops waiting on abort', async () => {
  const path = newPath()
  takeLock(path)
  const controller = new AbortController()
  const waiting = withLock(path, { signal: controller.signal }, () => Promise.resolve())
  controller.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'UMBRA_INTERRUPTED' })
})

it('knows its own process to be alive', () => {
  expect(isAlive(ownProcess())).toBe(true)
})

const elsewhere = { pid: 7, host: 'elsewhere', started: '' }

it('one of another machine is taken over when the user says so, and its old holder then leaves it alone', () => {
  const path = newPath()
  const first = takeLock(path)
  writeFileSync(path, JSON.stringify(elsewhere))
  expect(takeLock(path, { takeOver: true })).toHaveProperty('release')
  expect(takeLock(path, { takeOver: true })).toEqual({ holder: ownProcess() })
  writeFileSync(path, JSON.stringify(elsewhere))
  if ('release' in first) first.release()
  expect(takeLock(path)).toEqual({ holder: elsewhere })
})

it.skipIf(process.platform === 'win32')(
  'a process that is suspended keeps its lock, whatever the user says',
  () => {
    const path = newPath()
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    try {
      const pid = child.pid ?? 0
      process.kill(pid, 'SIGSTOP')
      takeLock(path)
      writeFileSync(path, JSON.stringify({ pid, host: hostname(), started: '' }))
      expect(takeLock(path, { takeOver: true })).toMatchObject({ holder: { pid } })
    } finally {
      child.kill('SIGKILL')
    }
  },
)

it('says for whom it waits, once', async () => {
  const path = newPath()
  takeLock(path)
  writeFileSync(path, JSON.stringify(elsewhere))
  const said: string[] = []
  const wait = { signal, sayAfter: 0, say: (text: string) => void said.push(text) }
  const done = withLock(path, wait, () => Promise.resolve('done'))
  await new Promise((resolve) => setTimeout(resolve, 350))
  rmSync(path)
  expect(await done).toBe('done')
  expect(said).toHaveLength(1)
  expect(said[0]).toMatch(
    /^waiting for process 7 on another machine or in another container \("elsewhere"\), which holds .*--take-over/,
  )
})
