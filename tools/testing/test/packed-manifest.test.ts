import { expect, it } from 'vitest'
import { absoluteLinks, relativeLinks } from '../../../scripts/absolute-links.mjs'
import { packedManifest } from '../../../scripts/packed-manifest.mjs'
import { repositoryAddress } from '../../../scripts/repository.mjs'

const ADDRESS = 'https://git.example.org/someone/umbra'

it('publishes the address, and nothing that is for the repository alone', () => {
  const manifest = {
    ...{ name: '@umbra/core', scripts: { build: 'tsc' }, dependencies: { zod: '^4.0.0' } },
    devDependencies: { '@umbra/testing': '0.0.0' },
  }
  expect(packedManifest(manifest, 'packages/core', ADDRESS)).toEqual({
    name: '@umbra/core',
    dependencies: { zod: '^4.0.0' },
    homepage: `${ADDRESS}/tree/HEAD/packages/core#readme`,
    bugs: { url: `${ADDRESS}/issues` },
    repository: { type: 'git', url: `git+${ADDRESS}.git`, directory: 'packages/core' },
  })
})

it('invents no address', () => {
  expect(packedManifest({ name: 'a' }, 'packages/a', undefined)).toEqual({ name: 'a' })
})

it('takes the address from the host of a workflow', () => {
  const environment = { GITHUB_SERVER_URL: 'https://git.example.org', GITHUB_REPOSITORY: 'someone/umbra' }
  expect(repositoryAddress(environment)).toBe(ADDRESS)
})

it('makes links of a README absolute, and puts them back', () => {
  const text = '[a](../../docs/a.md#b) [c](https://c.example) `../../x` [d](../../README.md)'
  const packed = absoluteLinks(text, ADDRESS)
  expect(packed).toBe(
    `[a](${ADDRESS}/blob/HEAD/docs/a.md#b) [c](https://c.example) \`../../x\` [d](${ADDRESS}/blob/HEAD/README.md)`,
  )
  expect(relativeLinks(packed, ADDRESS)).toBe(text)
})
