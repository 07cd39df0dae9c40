import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type FileServer, fileServer, listen } from '../testing/file-server.js'
import { httpClient } from './http.js'

/** A proxy that takes every host for the given port of this machine. */
async function proxyTo(port: number) {
  const asked: string[] = []
  const proxy = createServer()
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
  })
  await listen(proxy)
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  return { url, asked, close: () => proxy.close() }
}

let server: FileServer | undefined
afterEach(async () => {
  vi.unstubAllEnvs()
  await server?.close()
})

const setUp = async () => {
  server = await fileServer((_request, response) => response.end('hello'))
  const proxy = await proxyTo(Number(new URL(server.url).port))
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, undefined)
    vi.stubEnv(name.toLowerCase(), undefined)
  }
  vi.stubEnv('HTTP_PROXY', proxy.url)
  return { proxy, url: server.url }
}

describe('httpClient', () => {
  it('goes through the proxy', async () => {
    const { proxy } = await setUp()
    const client = httpClient()
    const response = await client.get('http://index.invalid/simple')
    expect(await response.text()).toBe('hello')
    expect(proxy.asked).toEqual(['index.invalid:80'])
    await client.close()
    proxy.close()
  })

  it('goes past it for hosts of NO_PROXY', async () => {
    const { proxy, url } = await setUp()
    vi.stubEnv('NO_PROXY', '127.0.0.1')
    const client = httpClient()
    expect(await (await client.get(url)).text()).toBe('hello')
    expect(proxy.asked).toEqual([])
    await client.close()
    proxy.close()
  })
})
