import { expect, it } from 'vitest'
import { copyHooks } from './copy-hooks.js'

const OWN = 'file:///command/node_modules/zod/index.js'
const THEIRS = 'file:///project/node_modules/zod/index.js'
const COPY = { url: 'umbra-copy:zod', format: 'module', shortCircuit: true }

const hooks = (version = '4.1.0') =>
  copyHooks({ names: { zod: ['z', 'default'] }, own: { zod: OWN }, key: 'key', zod: 4 }, () =>
    JSON.stringify({ version }),
  )
const none = (): never => {
  throw new Error('not installed')
}

it('replaces what is not the command’s own, and what is not installed', () => {
  const { resolve } = hooks()
  expect(resolve('zod', {}, () => ({ url: THEIRS }))).toEqual(COPY)
  expect(resolve('zod', {}, none)).toEqual(COPY)
  expect(resolve('zod', {}, () => ({ url: OWN }))).toEqual({ url: OWN })
  expect(resolve('zod/v4', {}, () => ({ url: THEIRS }))).toEqual({ url: THEIRS })
  expect(() => resolve('other', {}, none)).toThrow('not installed')
})

it('does the same where Node resolves later', async () => {
  const { resolve } = hooks()
  expect(await resolve('zod', {}, () => Promise.resolve({ url: THEIRS }))).toEqual(COPY)
  expect(await resolve('zod', {}, () => Promise.reject(new Error('not installed')))).toEqual(COPY)
  expect(await resolve('zod', {}, () => Promise.resolve({ url: OWN }))).toEqual({ url: OWN })
})

it('leaves packages of TensorFlow.js and another major version of zod alone', () => {
  const theirs = () => ({ url: THEIRS })
  const parentURL = 'file:///project/node_modules/@tensorflow/tfjs-node/dist/index.js'
  expect(hooks().resolve('zod', { parentURL }, theirs)).toEqual({ url: THEIRS })
  expect(hooks('3.25.76').resolve('zod', {}, theirs)).toEqual({ url: THEIRS })
})

it('makes a module of every name that the copy exports', () => {
  const next = (): object => ({ format: 'json' })
  expect(hooks().load(THEIRS, {}, next)).toEqual({ format: 'json' })
  expect(hooks().load(COPY.url, {}, next)).toEqual({
    format: 'module',
    shortCircuit: true,
    source: [
      'const copy = globalThis[Symbol.for("key")]["zod"]',
      'const v0 = copy["z"]; export { v0 as "z" }',
      'const v1 = copy["default"]; export { v1 as "default" }',
    ].join('\n'),
  })
})
