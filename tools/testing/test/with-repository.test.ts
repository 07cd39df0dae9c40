import { expect, it } from 'vitest'
import { withRepository } from '../../../scripts/with-repository.mjs'

it('adds the address that the host tells', () => {
  const host = { GITHUB_SERVER_URL: 'https://git.example.org', GITHUB_REPOSITORY: 'someone/umbra' }
  expect(withRepository({ name: '@umbra/core' }, 'packages/core', host)).toEqual({
    name: '@umbra/core',
    repository: {
      type: 'git',
      url: 'git+https://git.example.org/someone/umbra.git',
      directory: 'packages/core',
    },
  })
})

it('invents none', () => {
  expect(() => withRepository({}, 'packages/core', {})).toThrow('GITHUB_REPOSITORY')
})
