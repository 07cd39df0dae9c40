import { afterEach, describe, expect, it } from 'vitest'
import { type FileServer, fileServer } from '../testing/file-server.js'
import { httpClient } from './http.js'
import { parseIndex, projectFiles } from './simple-index.js'

const hash = 'ab'.repeat(32)
const page = (...files: unknown[]) => JSON.stringify({ meta: {}, name: 'x', files })

let server: FileServer | undefined
afterEach(() => server?.close())

describe('parseIndex', () => {
  it('reads names, sizes, hashes and relative addresses', () => {
    const text = page({
      filename: 'a-1.whl',
      url: '../../files/a-1.whl',
      hashes: { sha256: hash },
      size: 7,
      yanked: 'broken',
    })
    expect(parseIndex(text, 'https://index.test/simple/a/')).toEqual([
      {
        filename: 'a-1.whl',
        url: 'https://index.test/files/a-1.whl',
        sha256: hash,
        size: 7,
        yanked: true,
      },
    ])
  })

  it('leaves out what has no sha256, another protocol, or a name with a path in it', () => {
    const file = { filename: 'a-1.whl', url: 'https://i.test/a', hashes: { sha256: hash } }
    const text = page(
      { ...file, hashes: { md5: 'x' } },
      { ...file, url: 'file:///etc/passwd' },
      { ...file, filename: '../a-1.whl' },
      'nonsense',
      file,
    )
    expect(parseIndex(text, 'https://i.test/').map(({ url }) => url)).toEqual(['https://i.test/a'])
  })

  it.each([
    ['HTML', '<html></html>'],
    ['JSON of another kind', '{"files": 3}'],
  ])('refuses %s', (_name, text) => {
    expect(() => parseIndex(text, 'https://i.test/')).toThrow(
      expect.objectContaining({ code: 'UMBRA_DOWNLOAD' }) as Error,
    )
  })
})

describe('projectFiles', () => {
  it('asks for the JSON form, with the credentials of the index and without showing them', async () => {
    const asked: (string | undefined)[] = []
    server = await fileServer((request, response) => {
      asked.push(request.headers.accept, request.headers.authorization)
      response.writeHead(403).end()
    })
    const client = httpClient()
    const index = server.url.replace('//', '//user:secret@')
    const failure = projectFiles(client, index, 'tensorflow-cpu')
    await expect(failure).rejects.toThrow(/HTTP status 403/)
    await expect(failure).rejects.not.toThrow(/secret/)
    expect(asked).toEqual([
      'application/vnd.pypi.simple.v1+json',
      `Basic ${Buffer.from('user:secret').toString('base64')}`,
    ])
    await client.close()
  })

  it('says what went wrong where nobody answers', async () => {
    const client = httpClient()
    await expect(projectFiles(client, 'http://127.0.0.1:9', 'x', { pause: 1 })).rejects.toMatchObject({
      code: 'UMBRA_DOWNLOAD',
      message: expect.stringMatching(/ECONNREFUSED|bad port/) as string,
    })
    await client.close()
  })

  it('asks a busy server again, and gives up after a few attempts', async () => {
    let busy = 2
    server = await fileServer((_request, response) => {
      if (busy-- > 0) response.writeHead(503).end()
      else response.end(page())
    })
    const client = httpClient()
    expect(await projectFiles(client, server.url, 'x', { pause: 1 })).toEqual([])
    expect(server.requests).toHaveLength(3)
    busy = 9
    const failure = projectFiles(client, server.url, 'x', { pause: 1, retries: 1 })
    await expect(failure).rejects.toMatchObject({ code: 'UMBRA_DOWNLOAD' })
    await expect(failure).rejects.toThrow(/HTTP status 503/)
    expect(server.requests).toHaveLength(5)
    await client.close()
  })

  it('reads no page without an end', async () => {
    server = await fileServer((_request, response) => {
      const more = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(2 ** 20, ' '), more)
      }
      more()
    })
    const client = httpClient()
    const failure = projectFiles(client, server.url, 'x')
    await expect(failure).rejects.toMatchObject({ code: 'UMBRA_DOWNLOAD' })
    await expect(failure).rejects.toThrow(/more than 64 MiB/)
    await client.close()
  })
})
