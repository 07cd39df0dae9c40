import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How a server answers one request for a file: sends it (from the requested position), or fails. */
export type Answer =
  | { readonly kind: 'file'; readonly bytes: Buffer }
  /** Sends the whole file, ignoring the range. */
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  /** Sends some bytes, and breaks the connection once they have been received; the rest is lost. */
  | {
      readonly kind: 'broken'
      readonly bytes: Buffer
      readonly after: number
      readonly received: Promise<void>
    }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'status'; readonly status: number }

export interface DataServer {
  readonly url: string
  /** `/a.bin`, or `/a.bin bytes=3-` if a range was requested. */
  readonly requests: readonly string[]
  readonly close: () => Promise<void>
}

/** Serves files by their paths; of several answers each is used once, the last one repeatedly. */
export async function serveData(answers: Readonly<Record<string, readonly Answer[]>>): Promise<DataServer> {
  const requests: string[] = []
  const times = new Map<string, number>()
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const { range } = request.headers
    requests.push(range === undefined ? path : `${path} ${range}`)
    const list = answers[path] ?? []
    const time = times.get(path) ?? 0
    times.set(path, time + 1)
    const answer: Answer = list[Math.min(time, list.length - 1)] ?? { kind: 'status', status: 404 }
    if (answer.kind === 'status') return response.writeHead(answer.status).end()
    if (answer.kind === 'redirect') return response.writeHead(302, { location: answer.to }).end()

    const asked = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    const from = answer.kind === 'whole' ? 0 : asked
    const { bytes } = answer
    if (from > 0 && from >= bytes.length)
      return response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': bytes.length - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    })
    if (answer.kind !== 'broken') return response.end(bytes.subarray(from))
    response.write(bytes.subarray(from, from + answer.after))
    return void answer.received.then(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
