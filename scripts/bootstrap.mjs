import { Buffer } from 'node:buffer'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { quietStep } from './quiet-step.mjs'

// Everything here runs on a bare clone: Node's own modules only.

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const PNPM = '12.21.0'
const TOOLS = join(ROOT, '.umbra', 'tools')

/** A step that failed; its text is all the user needs. */
export class StepFailed extends Error {}

/** Runs a command in the repository with inherited output; false when it failed. Input is closed: nothing may ask. */
export function attempt(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  })
  if (error !== undefined) console.error(`${command}: ${error.message}`)
  return status === 0
}

/** The same beside others: the command's output is one text, given when it ends. */
export const attemptBeside = (command, args, env = {}) =>
  new Promise((settle) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
    })
    const chunks = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk))
    const end = (done) => settle({ done, output: Buffer.concat(chunks).toString() })
    child.on('error', (error) => {
      chunks.push(Buffer.from(`${command}: ${error.message}\n`))
      end(false)
    })
    child.on('close', (status) => end(status === 0))
  })

/** Says what is done and does it; the output of the command goes to a log whose path is told when it fails. */
function run(name, command, args, env = {}) {
  console.log(name)
  const log = join(ROOT, '.umbra', 'logs', `${name.replaceAll(/[^\w.-]+/g, '-')}.log`)
  const failure = quietStep(log, command, args, { cwd: ROOT, env })
  if (failure !== undefined) throw new StepFailed(`${name}\n${failure}`)
}

/** Runs the umbra command; its exit code decides. */
export const umbra = (...args) =>
  attempt(process.execPath, [join(ROOT, 'packages', 'cli', 'bin', 'umbra.js'), ...args])

/** Throws unless this Node can run the project. */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number)
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24) return
  throw new StepFailed(`Umbra needs Node 20.19 or later (20, 22, 24 or newer); this is Node ${version}`)
}

/** Puts pnpm 12 on PATH: the user's own, or one installed by npm below `.umbra`. Nothing outside the repository changes. */
export function preparePnpm() {
  if (/^12\./.test(pnpmVersion())) return
  const bin = join(TOOLS, 'node_modules', '.bin')
  process.env.PATH = `${bin}${delimiter}${process.env.PATH ?? ''}`
  if (existsSync(bin) && pnpmVersion() === PNPM) return
  run(`installing pnpm ${PNPM} in .umbra/tools`, 'npm', [
    'install',
    '--prefix',
    TOOLS,
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    `pnpm@${PNPM}`,
  ])
  if (pnpmVersion() !== PNPM) throw new StepFailed('installing pnpm')
}

function pnpmVersion() {
  const { stdout, status } = spawnSync('pnpm', ['--version'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  return status === 0 ? stdout.trim() : ''
}

/** Installs what the lockfile names and builds every package. */
export function setUp() {
  checkNode()
  preparePnpm()
  run('installing the packages that Umbra uses', 'pnpm', [
    'install',
    '--frozen-lockfile',
    '--config.confirm-modules-purge=false',
  ])
  run('building Umbra', 'pnpm', ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'], {
    TURBO_TELEMETRY_DISABLED: '1',
  })
}

/** Installs the tensorflow engine; false, with the reason printed, where this machine cannot have it. */
export const prepareEngine = () => umbra('engine', 'install')

/** Runs a script's work; a failed step gives one line and exit code 1. */
export async function script(work) {
  try {
    process.exitCode = (await work()) ?? 0
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error
    console.error(`failed: ${error.message}`)
    process.exitCode = 1
  }
}
