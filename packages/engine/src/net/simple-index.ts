import { UmbraError, z } from '@umbra/core'
import type { Response } from 'undici'
import { setTimeout as sleep } from 'node:timers/promises'
import { type HttpClient, networkError, splitCredentials } from './http.js'

/** A file in a package index. */
export interface IndexFile {
  readonly filename: string
  readonly url: string
  readonly sha256: string
  /** Bytes, if the index says so. */
  readonly size?: number
  readonly yanked: boolean
}

const ACCEPT = 'application/vnd.pypi.simple.v1+json'

const fileSchema = z.object({
  filename: z.string().max(300),
  url: z.string().max(4000),
  hashes: z.record(z.string(), z.string()),
  size: z.int().positive().optional(),
  yanked: z.union([z.boolean(), z.string()]).optional(),
})
const pageSchema = z.object({ files: z.array(z.unknown()).max(200_000) })

/** Bytes of a page: PyPI's largest are below 40 MB. */
const LARGEST_PAGE = 64 * 2 ** 20

export interface IndexOptions {
  readonly signal?: AbortSignal | undefined
  /** Attempts after the first, for a server that is busy or does not answer. */
  readonly retries?: number
  /** Milliseconds before the first retry; doubled each time. */
  readonly pause?: number
}

/**
 * Files of a project in a package index (the simple API in its JSON form).
 * Throws UMBRA_DOWNLOAD when it cannot be had or has more than 64 MiB, or the signal's reason.
 */
export async function projectFiles(
  client: HttpClient,
  index: string,
  project: string,
  { signal, retries = 3, pause = 500 }: IndexOptions = {},
): Promise<IndexFile[]> {
  const url = `${index}/${project}/`
  for (let attempt = 0; ; attempt++) {
    try {
      return parseIndex(await pageOf(client, url, signal), url)
    } catch (cause) {
      if (signal?.aborted === true || cause instanceof UmbraError) throw cause
      if (attempt >= retries) throw networkError(url, cause)
    }
    await sleep(pause * 2 ** attempt, undefined, signal === undefined ? {} : { signal })
  }
}

/** Throws UMBRA_DOWNLOAD for an answer that will not change, any other error for one that may. */
async function pageOf(client: HttpClient, url: string, signal: AbortSignal | undefined): Promise<string> {
  const response = await client.get(url, { headers: { accept: ACCEPT }, signal })
  const { status } = response
  if (status === 200) return boundedText(response, url)
  await response.body?.cancel()
  if (status >= 500 || status === 429) throw new Error(`HTTP status ${status}`)
  throw refused(url, `HTTP status ${status}`)
}

async function boundedText({ body }: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    const bytes = chunk as Uint8Array
    size += bytes.length
    // Leaving the loop cancels the download.
    if (size > LARGEST_PAGE) throw refused(url, `more than ${LARGEST_PAGE / 2 ** 20} MiB`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Reads a page of the index. Leaves out files without a sha256, and those whose URL is not http(s). */
export function parseIndex(text: string, url: string): IndexFile[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw refused(url, 'a page that is not JSON', cause)
  }
  const page = pageSchema.safeParse(json)
  if (!page.success) throw refused(url, 'JSON without a list of files')
  const files: IndexFile[] = []
  for (const raw of page.data.files) {
    const file = fileSchema.safeParse(raw)
    if (!file.success) continue
    const { filename, hashes, size, yanked } = file.data
    const sha256 = hashes.sha256?.toLowerCase()
    if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256) || !/^[\w.+!-]+$/.test(filename)) continue
    if (!URL.canParse(file.data.url, url)) continue
    const at = new URL(file.data.url, url)
    if (at.protocol !== 'https:' && at.protocol !== 'http:') continue
    files.push({
      filename,
      url: at.href,
      sha256,
      ...(size === undefined ? {} : { size }),
      yanked: yanked !== undefined && yanked !== false,
    })
  }
  return files
}

function refused(url: string, received: string, cause?: unknown): UmbraError {
  return new UmbraError('UMBRA_DOWNLOAD', {
    subject: `package index ${splitCredentials(url).bare}`,
    expected: `a page of type ${ACCEPT}`,
    received,
    remedy: 'Use an index with the simple API in JSON, with --index',
    cause,
  })
}
