import { writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.js'
import { certificates } from './certificates.js'
import { httpClient } from './http.js'

const folder = temporaryFolder()
const file = join(folder, 'authority.pem')
let server: ReturnType<typeof createServer>

beforeAll(async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  })
  writeFileSync(file, cert)
  server = createServer({ key, cert }, (_request, response) => response.end('over TLS'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
afterEach(() => vi.unstubAllEnvs())

/** What a client of these surroundings gets from the server. */
async function answer(env: Readonly<Record<string, string>>): Promise<string> {
  const clean = ['PIP_CERT', 'NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY', 'https_proxy', 'VIRTUAL_ENV']
  for (const name of clean) vi.stubEnv(name, undefined)
  vi.stubEnv('PIP_CONFIG_FILE', '/dev/null')
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const client = httpClient()
  try {
    const { port } = server.address() as AddressInfo
    return await (await client.get(`https://127.0.0.1:${port}/`)).text()
  } finally {
    await client.close()
  }
}

describe('a server whose certificate nobody knows', () => {
  it('is refused', async () => {
    const failure = await answer({}).catch((error: unknown) => error as Error)
    expect((failure as Error).cause).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  })

  it.each(['PIP_CERT', 'NODE_EXTRA_CA_CERTS'])('is trusted where %s names its authority', async (name) => {
    expect(await answer({ [name]: file })).toBe('over TLS')
  })

  it("is trusted where pip's configuration names its authority", async () => {
    const config = join(folder, 'pip.conf')
    writeFileSync(config, `[global]\ncert = ${file}\n`)
    expect(await answer({ PIP_CONFIG_FILE: config })).toBe('over TLS')
  })

  it('is not asked where the setting names no certificates', async () => {
    const config = join(folder, 'no-certificates.pem')
    writeFileSync(config, 'nothing')
    for (const path of [config, join(folder, 'missing.pem')])
      await expect(answer({ PIP_CERT: path })).rejects.toMatchObject({
        code: 'UMBRA_OPTION',
        message: expect.stringContaining("pip's setting cert") as string,
      })
  })
})

it('authorities of Node stay trusted beside further ones', () => {
  vi.stubEnv('PIP_CERT', file)
  expect(certificates()!.length).toBeGreaterThan(50)
})
