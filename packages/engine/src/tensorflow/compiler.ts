import { UmbraError } from '@umbra/core'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A C++ compiler on this machine. */
export interface Compiler {
  readonly command: string
  /** First line of its version output. */
  readonly version: string
}

const run = promisify(execFile)

/** The first C++ compiler that works: `CXX`, g++, c++, clang++. */
export async function findCompiler(env: NodeJS.ProcessEnv = process.env): Promise<Compiler | undefined> {
  const configured = env.CXX ?? ''
  const candidates = [...(configured === '' ? [] : [configured]), 'g++', 'c++', 'clang++']
  for (const command of candidates) {
    try {
      const { stdout } = await run(command, ['--version'], { env, timeout: 20_000 })
      return { command, version: stdout.split('\n')[0]?.trim() ?? command }
    } catch {
      // Missing or broken: try the next one.
    }
  }
  return undefined
}

/** As `findCompiler`; throws UMBRA_ENGINE_COMPILER if there is none. */
export async function needCompiler(env: NodeJS.ProcessEnv = process.env): Promise<Compiler> {
  const compiler = await findCompiler(env)
  if (compiler !== undefined) return compiler
  throw new UmbraError('UMBRA_ENGINE_COMPILER', {
    subject: 'tensorflow engine',
    expected: 'a C++ compiler (CXX, g++, c++ or clang++)',
    received: 'none',
    remedy: `${compilerRemedy()}, then run "umbra engine install" again; or use the wasm engine, which needs none`,
  })
}

/** How to install a compiler here. */
export function compilerRemedy(os: string = process.platform): string {
  if (os === 'darwin') return 'Run "xcode-select --install"'
  return 'Install one ("apt install g++", "dnf install gcc-c++" or "apk add g++")'
}

/** Runs the compiler. Throws UMBRA_ENGINE_BUILD with the last lines of its output. */
export async function compile(
  compiler: Compiler,
  args: readonly string[],
  options: { readonly cwd: string; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  try {
    await run(compiler.command, [...args], { ...options, maxBuffer: 64 * 2 ** 20 })
  } catch (cause) {
    if (options.signal?.aborted === true) throw cause
    throw new UmbraError('UMBRA_ENGINE_BUILD', {
      subject: `building the addon with ${compiler.command} (${compiler.version})`,
      received: lastLines(cause),
      remedy: 'Try another compiler with CXX=…, or use the wasm engine',
      cause,
    })
  }
}

function lastLines(cause: unknown): string {
  const output = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : ''
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  return lines.length === 0 ? String(cause) : `\n${lines.slice(-8).join('\n')}\n`
}
