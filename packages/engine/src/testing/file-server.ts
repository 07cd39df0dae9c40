import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FileServer {
  readonly url: string
  /** `METHOD path range`, in order. */
  readonly requests: string[]
  readonly close: () => Promise<void>
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A web server for this machine only. */
export async function fileServer(handler: Handler): Promise<FileServer> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(
      [request.method, request.url, request.headers.range].filter((part) => part !== undefined).join(' '),
    )
    handler(request, response)
  })
  await listen(server)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

export const listen = (server: Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

/** Serves bytes, honouring ranges. */
export function serve(bytes: Uint8Array, request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  if (start >= bytes.length && start > 0) {
    response.writeHead(416).end()
    return
  }
  const rest = bytes.subarray(start)
  const range = start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length, ...range })
  response.end(rest)
}
