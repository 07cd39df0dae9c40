import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type FileServer, type Handler, fileServer, serve } from '../testing/file-server.js'
import { temporaryFolder } from '../testing/temporary-folder.js'
import { download } from './download.js'
import { type HttpClient, httpClient } from './http.js'
import type { IndexFile } from './simple-index.js'

const folder = temporaryFolder()
const bytes = randomBytes(300_000)
const sha256 = createHash('sha256').update(bytes).digest('hex')

let server: FileServer | undefined
let client: HttpClient | undefined
let count = 0

afterEach(async () => {
  await client?.close()
  await server?.close()
})

async function setUp(handler: Handler, extra: Partial<IndexFile> = {}) {
  server = await fileServer(handler)
  client = httpClient()
  const target = join(folder, `file-${count++}`)
  const file: IndexFile = {
    filename: 'file.whl',
    url: `${server.url}/file.whl`,
    sha256,
    size: bytes.length,
    yanked: false,
    ...extra,
  }
  const seen: number[] = []
  const run = (signal?: AbortSignal) =>
    download(client!, file, target, {
      signal,
      pause: 1,
      retries: 2,
      onProgress: (done) => seen.push(done),
    })
  return { target, part: `${target}.part`, run, seen, requests: server.requests }
}

describe('download', () => {
  it('fetches and verifies', async () => {
    const { target, part, run, seen } = await setUp((request, response) => serve(bytes, request, response))
    await run()
    expect(readFileSync(target).equals(bytes)).toBe(true)
    expect(existsSync(part)).toBe(false)
    expect(seen.at(-1)).toBe(bytes.length)
  })

  it('goes on where the connection broke, with a range request', async () => {
    let first = true
    const { target, run, requests } = await setUp((request, response) => {
      if (!first) {
        serve(bytes, request, response)
        return
      }
      first = false
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50))
    })
    await run()
    expect(readFileSync(target).equals(bytes)).toBe(true)
    expect(requests).toHaveLength(2)
    expect(requests[1]).toMatch(/bytes=[1-9]\d*-$/)
  })

  it('goes on from the part of an earlier process', async () => {
    const { target, part, run, requests } = await setUp((request, response) =>
      serve(bytes, request, response),
    )
    writeFileSync(part, bytes.subarray(0, 123_456))
    await run()
    expect(requests).toEqual(['GET /file.whl bytes=123456-'])
    expect(readFileSync(target).equals(bytes)).toBe(true)
  })

  it('starts over where the server knows no ranges', async () => {
    const { target, part, run } = await setUp((_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
    })
    writeFileSync(part, bytes.subarray(0, 1000))
    await run()
    expect(readFileSync(target).equals(bytes)).toBe(true)
  })

  it('starts over where the part belongs to another file', async () => {
    const { target, part, run, requests } = await setUp((request, response) =>
      serve(bytes, request, response),
    )
    writeFileSync(part, randomBytes(5000))
    await run()
    expect(requests).toEqual(['GET /file.whl bytes=5000-', 'GET /file.whl'])
    expect(readFileSync(target).equals(bytes)).toBe(true)
  })

  it('refuses a file with another checksum and keeps nothing of it', async () => {
    const forged = randomBytes(bytes.length)
    const { target, part, run } = await setUp((request, response) => serve(forged, request, response))
    await expect(run()).rejects.toMatchObject({ code: 'UMBRA_DOWNLOAD_CHECKSUM' })
    expect(existsSync(target) || existsSync(part)).toBe(false)
  })

  it('refuses a file longer than the index says', async () => {
    const { target, run } = await setUp((request, response) => serve(bytes, request, response), {
      size: 1000,
    })
    await expect(run()).rejects.toMatchObject({ code: 'UMBRA_DOWNLOAD_CHECKSUM' })
    expect(existsSync(target)).toBe(false)
  })

  it('names the status of a file that is not there, at once', async () => {
    const { run, requests } = await setUp((_request, response) => {
      response.writeHead(404).end()
    })
    await expect(run()).rejects.toMatchObject({
      code: 'UMBRA_DOWNLOAD',
      message: expect.stringContaining('404') as string,
    })
    expect(requests).toHaveLength(1)
  })

  it('gives up on a server that stays broken', async () => {
    const { run, requests } = await setUp((_request, response) => {
      response.writeHead(503).end()
    })
    await expect(run()).rejects.toMatchObject({ code: 'UMBRA_DOWNLOAD' })
    expect(requests).toHaveLength(3)
  })

  it('ends at once when it is interrupted between two attempts', async () => {
    const stop = new AbortController()
    const { target } = await setUp((_request, response) => {
      response.writeHead(503).end()
      setTimeout(() => stop.abort(), 20)
    })
    const file: IndexFile = { filename: 'file.whl', url: `${server!.url}/x`, sha256, yanked: false }
    // An hour between attempts: only the signal ends this in time.
    const failure = download(client!, file, target, { signal: stop.signal, pause: 3_600_000 })
    await expect(failure).rejects.toMatchObject({ code: 'UMBRA_INTERRUPTED' })
  })

  it('keeps the part when it is interrupted', async () => {
    const { part, run, seen } = await setUp((_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.subarray(0, 200_000))
    })
    const stop = new AbortController()
    const running = run(stop.signal)
    while ((seen.at(-1) ?? 0) < 200_000) await new Promise((resolve) => setTimeout(resolve, 5))
    stop.abort()
    await expect(running).rejects.toMatchObject({ code: 'UMBRA_INTERRUPTED' })
    expect(readFileSync(part).equals(bytes.subarray(0, 200_000))).toBe(true)
  })
})
