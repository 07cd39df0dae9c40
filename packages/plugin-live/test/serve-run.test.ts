import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { basename, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { pointLine, pointOf } from '../src/curves/point.js'
import type { News } from '../src/watch/run-news.js'
import { type RunServer, serveRun } from '../src/watch/serve-run.js'
import { step } from './events.js'
import { temporaryFolder } from './temporary.js'

async function serve(runDir: string): Promise<RunServer> {
  const server = await serveRun({ runDir, interval: 10 })
  onTestFinished(() => server.close())
  return server
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** Asks for a path as it is, `..` and all. */
const ask = (server: RunServer, path: string, { method = 'GET', host = '' } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url)
    const headers = host === '' ? {} : { host }
    request({ hostname, port, path, method, headers }, (response) => {
      let body = ''
      response.on('data', (part: Buffer) => (body += part.toString()))
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }))
    })
      .on('error', reject)
      .end()
  })

/** Reads the stream until `enough` of the news. */
async function newsUntil(server: RunServer, enough: (news: readonly News[]) => boolean): Promise<News[]> {
  const response = await fetch(new URL('events', server.url))
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  const news: News[] = []
  let text = ''
  while (!enough(news)) {
    const { value, done } = await reader.read()
    if (done) throw new Error('the stream ended early')
    const parts = (text + value).split('\n\n')
    text = parts.pop()!
    for (const part of parts) if (part.startsWith('data: ')) news.push(JSON.parse(part.slice(6)) as News)
  }
  await reader.cancel()
  return news
}

it('serves the page and all it loads, to be run from here alone', async () => {
  const server = await serve(temporaryFolder())
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  const page = await ask(server, '/')
  expect(page.status).toBe(200)
  expect(page.headers['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self';/,
  )
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  const loaded = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!)
  const scripts = ['/main.js', '/charts.js', '/tooltip.js', '/model.js']
  for (const script of scripts) {
    const { body } = await ask(server, script)
    for (const [, path] of body.matchAll(/ from '([^']+)'/g)) loaded.push(new URL(path!, server.url).pathname)
  }
  expect(loaded).toEqual(
    expect.arrayContaining(['/main.js', '/uplot.js', '/uplot.css', '/watch.css', '/dom.js']),
  )
  for (const path of new Set(loaded)) expect(await ask(server, path)).toMatchObject({ status: 200 })
  // Nothing on the page is fetched from elsewhere, and no markup is made from text.
  for (const script of [...scripts, '/']) {
    const { body } = await ask(server, script)
    expect(body).not.toMatch(/https?:|innerHTML|insertAdjacent|outerHTML|document\.write/)
  }
})

it('refuses other paths, methods and hosts', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  const server = await serve(folder)
  const port = new URL(server.url).port
  for (const path of ['/secret.txt', '/../package.json', '/..%2fpackage.json', '//etc/passwd', '/run.json'])
    expect((await ask(server, path)).status).toBe(404)
  for (const method of ['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])
    expect((await ask(server, '/', { method })).status).toBe(405)
  for (const host of ['example.org', `example.org:${port}`, '127.0.0.1', `[::1]:${port}`])
    expect((await ask(server, '/events', { host })).status).toBe(403)
  expect((await ask(server, '/', { host: `localhost:${port}` })).status).toBe(200)
})

it('tells of a run before its first step, while it grows, when curves are written anew, and of its end', async () => {
  const runDir = temporaryFolder()
  const server = await serve(runDir)
  const ofType = (news: readonly News[], type: News['type']): readonly News[] =>
    news.filter((item) => item.type === type)
  expect(await newsUntil(server, (news) => news.length > 0)).toEqual([
    { type: 'run', name: basename(runDir), finished: false },
  ])

  const events = join(runDir, 'events.jsonl')
  const steps = join(runDir, 'metrics', 'steps.jsonl')
  mkdirSync(join(runDir, 'metrics'))
  const line = (n: number): string => `${pointLine(pointOf(step(n), n))}\n`
  const points = (...numbers: readonly number[]): News => ({
    type: 'points',
    items: numbers.map((n) => JSON.parse(line(n)) as unknown),
  })
  writeFileSync(events, '{"type":"notice","text":"<b>é"}\n{"type":"notice","text":"half')
  writeFileSync(steps, line(1) + line(2))
  let phase = 0
  const news = await newsUntil(server, (sofar) => {
    if (phase === 0 && ofType(sofar, 'points').length > 0) {
      phase = 1
      appendFileSync(events, '"}\n')
    } else if (phase === 1 && ofType(sofar, 'events').length > 1) {
      phase = 2
      rmSync(steps)
      writeFileSync(steps, line(2))
    } else if (phase === 2 && sofar.at(-1)?.type === 'points' && ofType(sofar, 'reset').length > 0) {
      phase = 3
      writeFileSync(join(runDir, 'result.json'), '{}')
    }
    return sofar.some((item) => item.type === 'run' && item.finished)
  })
  expect(news.filter(({ type }) => type !== 'run')).toEqual([
    { type: 'events', items: [{ type: 'notice', text: '<b>é' }] },
    points(1, 2),
    { type: 'events', items: [{ type: 'notice', text: 'half' }] },
    { type: 'reset', what: 'points' },
    points(2),
  ])
})

it('a port that is taken', async () => {
  const server = await serve(temporaryFolder())
  const port = Number(new URL(server.url).port)
  await expect(serveRun({ runDir: temporaryFolder(), port })).rejects.toMatchObject({
    code: 'UMBRA_USAGE',
    message: `port ${port}: received a port that is taken. Give another one with --port, or leave it out for a free one.`,
  })
})

it('closing ends the streams', async () => {
  const server = await serveRun({ runDir: temporaryFolder(), interval: 10 })
  const response = await fetch(new URL('events', server.url))
  const text = response.text().catch(() => 'cut off')
  await server.close()
  expect(typeof (await text)).toBe('string')
  await expect(fetch(server.url)).rejects.toThrow()
})

it('the page is what the package ships', () => {
  const { files } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    files: string[]
  }
  expect(files).toContain('page')
})
