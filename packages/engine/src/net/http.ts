import { UmbraError } from '@umbra/core'
import { EnvHttpProxyAgent, type Response, fetch } from 'undici'
import { certificates } from './certificates.js'

/** An HTTP client for one task. Honours HTTP_PROXY, HTTPS_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS and pip's `cert`. */
export interface HttpClient {
  readonly get: (url: string, options?: GetOptions) => Promise<Response>
  readonly close: () => Promise<void>
}

export interface GetOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/** Milliseconds without data after which a connection counts as broken. */
const SILENCE = 60_000

/** Throws UMBRA_OPTION for a wrong certificate setting. */
export function httpClient(): HttpClient {
  const authorities = certificates()
  const tls = authorities === undefined ? {} : { ca: [...authorities] }
  const dispatcher = new EnvHttpProxyAgent({
    bodyTimeout: SILENCE,
    headersTimeout: SILENCE,
    connect: { timeout: 20_000, ...tls },
    requestTls: tls,
    proxyTls: tls,
  })
  return {
    get: async (url, { headers = {}, signal } = {}) => {
      const { bare, authorization } = splitCredentials(url)
      return fetch(bare, {
        dispatcher,
        headers: authorization === undefined ? headers : { ...headers, authorization },
        ...(signal === undefined ? {} : { signal }),
      })
    },
    close: () => dispatcher.destroy(),
  }
}

/** A URL without user and password, and the header that replaces them. */
export function splitCredentials(url: string): { bare: string; authorization?: string } {
  const parsed = new URL(url)
  if (parsed.username === '' && parsed.password === '') return { bare: parsed.href }
  const pair = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`
  parsed.username = ''
  parsed.password = ''
  return { bare: parsed.href, authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** The error to report for a failed request. */
export function networkError(url: string, cause: unknown): UmbraError {
  if (cause instanceof UmbraError) return cause
  return new UmbraError('UMBRA_DOWNLOAD', {
    subject: `download of ${splitCredentials(url).bare}`,
    received: rootMessage(cause),
    remedy:
      'Check the network, HTTPS_PROXY and NODE_EXTRA_CA_CERTS, use another index with --index, or a folder that contains the wheel with --from',
    cause,
  })
}

/** The message of the innermost cause: fetch itself only says "fetch failed". */
function rootMessage(error: unknown): string {
  let last = error
  while (last instanceof Error && last.cause instanceof Error) last = last.cause
  if (!(last instanceof Error)) return String(last)
  const code = 'code' in last && typeof last.code === 'string' ? last.code : ''
  return last.message.includes(code) ? last.message : `${code} ${last.message}`
}
