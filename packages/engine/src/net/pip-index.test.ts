import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.js'
import { pipIndex } from './pip-index.js'

const folder = temporaryFolder()
afterEach(() => vi.unstubAllEnvs())

it('the index is the one of the option, then of PIP_INDEX_URL, then of the configuration file', () => {
  const file = join(folder, 'pip.conf')
  writeFileSync(file, '[global]\nindex-url = https://file.test/simple/\n')
  vi.stubEnv('PIP_CONFIG_FILE', file)
  vi.stubEnv('PIP_INDEX_URL', undefined)
  vi.stubEnv('VIRTUAL_ENV', undefined)
  expect(pipIndex(undefined)).toBe('https://file.test/simple')
  vi.stubEnv('PIP_INDEX_URL', 'https://env.test/simple/')
  expect(pipIndex(undefined)).toBe('https://env.test/simple')
  expect(pipIndex('https://own.test')).toBe('https://own.test')
})

it.each(['nonsense', 'ftp://a.test/simple', 'file:///tmp', ''])('refuses the address %j', (index) => {
  expect(() => pipIndex(index)).toThrow(
    expect.objectContaining({
      code: 'UMBRA_OPTION',
      message: expect.stringContaining('--index') as string,
    }) as Error,
  )
})
