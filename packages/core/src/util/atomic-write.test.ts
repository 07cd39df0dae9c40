import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { canonicalJson, contentHash } from './canonical-json.js'
import { appendLine, writeError, writeFile } from './atomic-write.js'

const system = (code: string): Error => Object.assign(new Error(`${code}: no`), { code })

describe('writeFile', () => {
  it('writes bytes and text, making folders, and leaves no temporary file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'umbra-files-'))
    const bytes = Buffer.from([0, 1, 2, 255]).subarray(1)
    await writeFile(join(folder, 'a', 'b.bin'), bytes)
    await writeFile(join(folder, 'a', 'c.txt'), 'one')
    await writeFile(join(folder, 'a', 'c.txt'), 'two')
    appendLine(join(folder, 'a', 'd.log'), 'x')
    expect([...readFileSync(join(folder, 'a', 'b.bin'))]).toEqual([1, 2, 255])
    expect(readFileSync(join(folder, 'a', 'c.txt'), 'utf8')).toBe('two')
    expect(readdirSync(join(folder, 'a')).sort()).toEqual(['b.bin', 'c.txt', 'd.log'])
  })

  it.each([
    ['ENOSPC', 'UMBRA_DISK_FULL', /Free some space/],
    ['EROFS', 'UMBRA_READ_ONLY', /--runs/],
    ['EACCES', 'UMBRA_READ_ONLY', /--runs/],
    ['EIO', 'UMBRA_WRITE', /EIO/],
  ])('explains %s', (code, expected, message) => {
    const error = writeError('runs/x', system(code))
    expect(error.code).toBe(expected)
    expect(error.message).toMatch(message)
  })
})

describe('contentHash', () => {
  it('does not depend on the order of keys, and does on values', () => {
    expect(canonicalJson({ b: [1, { d: 1, c: 2 }], a: 0 })).toBe('{"a":0,"b":[1,{"c":2,"d":1}]}')
    expect(contentHash({ a: 1, b: 2 })).toBe(contentHash({ b: 2, a: 1 }))
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: 2 }))
    expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]))
  })
})
