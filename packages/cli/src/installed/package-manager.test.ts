import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith } from '../../test/workspace.js'
import { packageManagerOf } from './package-manager.js'

test.each([
  ['package-lock.json', undefined, 'npm i p', 'npx umbra'],
  ['pnpm-lock.yaml', 'npm/10.0.0 node/v22.0.0', 'pnpm add p', 'pnpm exec umbra'],
  ['yarn.lock', undefined, 'yarn add p', 'yarn exec umbra'],
  ['bun.lock', undefined, 'bun add p', 'bun x umbra'],
  ['readme.txt', 'pnpm/10.0.0 npm/? node/v22.0.0', 'pnpm add p', 'pnpm exec umbra'],
  ['readme.txt', 'something/1.0.0', 'npm i p', 'npx umbra'],
  ['readme.txt', undefined, 'npm i p', 'npx umbra'],
])('with %s, started by %s: %s', async (file, userAgent, add, execute) => {
  const folder = folderWith({ [file]: '', 'deep/x.txt': '' })
  const manager = await packageManagerOf(join(folder, 'deep'), userAgent)
  expect({ add: manager.add(['p']), execute: manager.execute('umbra') }).toEqual({ add, execute })
})
