import { UmbraError, z } from '@umbra/core'
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

/** Files of a project in a package index (the simple API in its JSON form). Throws UMBRA_DOWNLOAD, or the signal's reason. */
export async function projectFiles(
  client: HttpClient,
  index: string,
  project: string,
  signal?: AbortSignal,
): Promise<IndexFile[]> {
  const url = `${index}/${project}/`
  let status: number
  let text: string
  try {
    const response = await client.get(url, { headers: { accept: ACCEPT }, signal })
    status = response.status
    text = await response.text()
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    throw networkError(url, cause)
  }
  if (status !== 200) throw refused(url, `HTTP status ${status}`)
  return parseIndex(text, url)
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
