import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { unknownImports } from './documented-imports.js'
import { publicNames } from './public-names.js'

describe('this repository', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const names = publicNames(root)
  const pages = [
    'README.md',
    ...readdirSync(join(root, 'docs'))
      .filter((file) => file.endsWith('.md'))
      .map((file) => `docs/${file}`),
    ...['packages', 'examples'].flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => `${folder}/${name}/README.md`),
    ),
  ].filter((page) => existsSync(join(root, page)))

  it.each(pages)('%s imports what is there', (page) => {
    expect(unknownImports(readFileSync(join(root, page), 'utf8'), names)).toEqual([])
  })
})

describe('unknownImports', () => {
  const names = [{ door: '@umbra/a', name: 'x', file: 'x.ts', documented: true }]
  const page = (code: string): string => `# A\n\n\`\`\`ts\n${code}\n\`\`\`\n`

  it('accepts what doors offer, and leaves other packages alone', () => {
    expect(unknownImports(page(`import { x as y } from '@umbra/a'\nimport z from 'zod'`), names)).toEqual([])
  })

  it('finds names and doors that are not there', () => {
    expect(unknownImports(page(`import { y } from '@umbra/a'`), names)).toEqual(['there is no y of @umbra/a'])
    expect(unknownImports(page(`import { x } from '@umbra/a/b'`), names)).toEqual(['there is no @umbra/a/b'])
  })

  it('finds imports that do not parse, and leaves fragments alone', () => {
    expect(unknownImports(page(`import { x`), names)).toHaveLength(1)
    expect(unknownImports(page(`plugins: ['a'],`), names)).toEqual([])
  })
})
