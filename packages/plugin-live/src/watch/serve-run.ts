import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UmbraError } from '@umbra/core'
import { readAssets } from './assets.js'
import { createRunNews } from './run-news.js'

/** Which run folder to serve, and how. */
export interface ServeOptions {
  readonly runDir: string
  /** 0 for any that is free. */
  readonly port?: number
  /** Milliseconds between two looks at the files. */
  readonly interval?: number
}

/** A server over one run folder. */
export interface RunServer {
  readonly url: string
  readonly close: () => Promise<void>
}

/** Pages that may be open at once. */
const VIEWERS = 16

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

/**
 * Serves a page with the curves of a run on 127.0.0.1, to this machine alone: a fixed set of files, and `/events`, a
 * stream of what is new in the run folder. Other methods than GET, other paths and other host names (a page elsewhere
 * whose name was made to point here) are refused. Throws UMBRA_USAGE where the port is taken.
 */
export async function serveRun({ runDir, port = 0, interval = 500 }: ServeOptions): Promise<RunServer> {
  const assets = readAssets()
  const viewers = new Set<ServerResponse>()
  let hosts: readonly string[] = []

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const refuse = (status: number, text: string): void => {
      response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
    }
    if (!hosts.includes(request.headers.host ?? '')) {
      refuse(403, 'not the host of this page')
      return
    }
    if (request.method !== 'GET') {
      refuse(405, 'GET only')
      return
    }
    const [path] = (request.url ?? '').split('?')
    if (path === '/events') {
      if (viewers.size >= VIEWERS) {
        refuse(503, 'too many pages are open')
        return
      }
      stream(response)
      return
    }
    const asset = assets.get(path!)
    if (asset === undefined) {
      refuse(404, 'nothing here')
      return
    }
    response.writeHead(200, { ...HEADERS, 'Content-Type': asset.type }).end(asset.body)
  }

  const stream = (response: ServerResponse): void => {
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream' })
    viewers.add(response)
    const news = createRunNews(runDir)
    const send = (): void => {
      // A page that does not read is not sent more until it does.
      while (!response.writableNeedDrain) {
        const items = news()
        if (items.length === 0) return
        for (const item of items) response.write(`data: ${JSON.stringify(item)}\n\n`)
      }
    }
    response.write('retry: 2000\n\n')
    send()
    const timer = setInterval(send, interval)
    response.on('close', () => {
      clearInterval(timer)
      viewers.delete(response)
    })
  }

  const server = createServer(answer)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new UmbraError('UMBRA_USAGE', {
          subject: `port ${port}`,
          received: cause.code === 'EADDRINUSE' ? 'it is taken' : cause.message,
          remedy: 'Give another with --port, or none for one that is free',
          cause,
        }),
      ),
    )
    server.listen(port, '127.0.0.1', resolve)
  })
  const bound = (server.address() as AddressInfo).port
  hosts = [`127.0.0.1:${bound}`, `localhost:${bound}`]
  return {
    url: `http://127.0.0.1:${bound}/`,
    close: async () => {
      for (const viewer of viewers) viewer.end()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
