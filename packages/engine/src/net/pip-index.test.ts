import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.js'
import { indexUrlIn, pipIndex } from './pip-index.js'

const folder = temporaryFolder()

describe('pipIndex', () => {
  it('prefers the option, then PIP_INDEX_URL, then the configuration file', () => {
    const file = join(folder, 'pip.conf')
    writeFileSync(file, '[global]\nindex-url = https://file.test/simple/\n')
    const env = { PIP_CONFIG_FILE: file }
    expect(pipIndex(undefined, env)).toBe('https://file.test/simple')
    expect(pipIndex(undefined, { ...env, PIP_INDEX_URL: 'https://env.test/simple/' })).toBe(
      'https://env.test/simple',
    )
    expect(pipIndex('https://own.test', { ...env, PIP_INDEX_URL: 'https://env.test' })).toBe(
      'https://own.test',
    )
  })

  it('reads [install] before [global] and nothing of other sections', () => {
    const text =
      '[list]\nindex-url=https://c\n[global]\nindex_url: https://a\n[install]\nindex-url = https://b\n'
    expect(indexUrlIn(text)).toBe('https://b')
    expect(indexUrlIn('[list]\nindex-url=https://c\n')).toBeUndefined()
    expect(indexUrlIn('[global]\n# index-url = https://a\nextra-index-url = https://b\n')).toBeUndefined()
  })
})
