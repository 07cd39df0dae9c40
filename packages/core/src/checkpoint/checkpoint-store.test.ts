import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { verifyCheckpoints } from './checkpoint-files.js'
import { type Checkpoint, createCheckpointStore } from './checkpoint-store.js'

const checkpoint = (step: number): Checkpoint => ({
  step,
  tensors: new Map([['w', { dtype: 'float32', shape: [2], data: Float32Array.of(step, -step) }]]),
  meta: { note: `step ${step}` },
})
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'umbra-checkpoint-'))

describe('createCheckpointStore', () => {
  it('keeps the last two and gives back what it was given', async () => {
    const folder = newFolder()
    const store = createCheckpointStore(folder)
    for (const step of [5, 10, 100]) await store.save(checkpoint(step))
    expect(store.steps()).toEqual([100, 10])
    expect(store.load(10)).toEqual(checkpoint(10))
    expect(readdirSync(folder)).toHaveLength(4)
    store.clear()
    expect(readdirSync(folder)).toEqual([])
  })

  it('removes those that were saved before a moment', async () => {
    const folder = newFolder()
    const store = createCheckpointStore(folder)
    for (const step of [5, 10]) await store.save(checkpoint(step))
    utimesSync(join(folder, 'checkpoint-5.json'), new Date(1000), new Date(1000))
    store.clear(new Date(1000))
    expect(store.steps()).toEqual([10, 5])
    store.clear(new Date(2000))
    expect(store.steps()).toEqual([10])
  })

  it('does not load a damaged or half-written checkpoint', async () => {
    const folder = newFolder()
    const said: string[] = []
    const store = createCheckpointStore(folder, { report: (text) => void said.push(text) })
    for (const step of [1, 2]) await store.save(checkpoint(step))
    const file = join(folder, 'checkpoint-2.safetensors')
    const bytes = readFileSync(file)
    bytes[bytes.length - 1]! ^= 1
    writeFileSync(file, bytes)
    expect(store.load(2)).toBeUndefined()
    writeFileSync(join(folder, 'checkpoint-1.json'), '{"step": 1')
    expect(store.load(1)).toBeUndefined()
    expect(said).toEqual([
      expect.stringMatching(/checkpoint-2\.safetensors is damaged \(its checksum differs\)/),
      expect.stringMatching(/checkpoint-1\.json is damaged \(it is not JSON\)/),
    ])
    rmSync(file)
    expect(store.steps()).toEqual([1])
  })

  it('does not load what belongs to another configuration', async () => {
    const folder = newFolder()
    await createCheckpointStore(folder, { owner: 'a' }).save(checkpoint(3))
    expect(createCheckpointStore(folder, { owner: 'b' }).load(3)).toBeUndefined()
    expect(createCheckpointStore(folder, { owner: 'a' }).load(3)).toEqual(checkpoint(3))
  })

  it('is verified whoever it belongs to', async () => {
    const folder = newFolder()
    const store = createCheckpointStore(folder, { owner: 'a' })
    for (const step of [1, 2]) await store.save(checkpoint(step))
    expect(verifyCheckpoints(folder)).toEqual({ checked: 2, damaged: [] })
    const path = join(folder, 'checkpoint-2.safetensors')
    writeFileSync(path, 'x')
    expect(verifyCheckpoints(folder)).toEqual({
      checked: 2,
      damaged: [{ path, problem: 'its checksum differs' }],
    })
  })

  it('a folder in its place is said, and left alone', async () => {
    const folder = newFolder()
    const said: string[] = []
    const store = createCheckpointStore(folder, { report: (text) => void said.push(text) })
    await store.save(checkpoint(1))
    rmSync(join(folder, 'checkpoint-1.json'))
    mkdirSync(join(folder, 'checkpoint-1.json'))
    expect(store.load(1)).toBeUndefined()
    expect(said).toEqual([expect.stringMatching(/checkpoint-1\.json is damaged \(it is a folder\)/)])
    store.clear()
    expect(readdirSync(folder)).toEqual(['checkpoint-1.json'])
  })

  it('has no steps in a folder that is not there', () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'file'), '')
    for (const name of ['none', 'file']) expect(createCheckpointStore(join(folder, name)).steps()).toEqual([])
  })
})
