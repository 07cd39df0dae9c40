import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { pathToFileURL } from 'node:url'
import { z } from '@umbra/core'
import { WEBGPU_REMEDY, findDawn } from './dawn.js'
import { adapterName, adapterRemedy } from './register-webgpu.js'

/** Whether the webgpu engine could be used, and on what. */
export type WebgpuProbe =
  | { readonly available: true; readonly adapter: string }
  | { readonly available: false; readonly reason: string; readonly remedy: string }

const infoSchema = z.object({ vendor: z.string(), device: z.string(), description: z.string() }).nullable()
const run = promisify(execFile)

/**
 * Requests an adapter in a separate process: a crash of the driver ends that one, and Dawn's output is read instead of
 * shown.
 */
export async function probeWebgpu(entry: string | undefined = findDawn()): Promise<WebgpuProbe> {
  if (entry === undefined) {
    return { available: false, reason: 'the npm package webgpu is not installed', remedy: WEBGPU_REMEDY }
  }
  const script = `
    import { create } from ${JSON.stringify(pathToFileURL(entry).href)}
    const gpu = create([])
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
    const { vendor, device, description } = adapter?.info ?? {}
    process.stdout.write(JSON.stringify(adapter === null ? null : { vendor, device, description }) + '\\n')
    process.exit(0)`
  const none = (why: string): WebgpuProbe => ({
    available: false,
    reason: `no GPU adapter${why}`,
    remedy: adapterRemedy(),
  })
  try {
    const args = ['--input-type=module', '-e', script]
    const { stdout, stderr } = await run(process.execPath, args, { timeout: 20_000 })
    const info = infoSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
    if (info !== null) return { available: true, adapter: adapterName(info) }
    const message = stderr.split('\n').find((line) => line.trim() !== '')
    return none(message === undefined ? '' : `: ${message.replace(/^Warning:\s*/, '').trim()}`)
  } catch (cause) {
    const message =
      cause instanceof Error ? (/^\w*Error: .*$/m.exec(cause.message)?.[0] ?? 'its process failed') : ''
    return none(`: ${message}`)
  }
}
