import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT, StepFailed } from '../bootstrap.mjs'
import { quietStep } from '../quiet-step.mjs'

/** The last one that runs on Node 20. */
const VERDACCIO = '6.8.0'
/** Verdaccio asks for node-fetch by a tag, which not every registry keeps. */
const OVERRIDES = { 'node-fetch': '2.7.0' }
const TOOLS = join(ROOT, '.umbra', 'tools', 'verdaccio')

/**
 * A registry on this machine that holds what is published to it and takes the rest from the registry that npm is configured for.
 *
 * @param {string} folder for its packages and its log
 * @returns {Promise<{ url: string, stop: () => void }>}
 */
export async function startRegistry(folder) {
  install()
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'config.json')
  writeFileSync(config, JSON.stringify(configOf(folder)))
  const url = `http://127.0.0.1:${await freePort()}/`
  const bin = join(TOOLS, 'node_modules', 'verdaccio', 'bin', 'verdaccio')
  const child = spawn(process.execPath, [bin, '--config', config, '--listen', url], {
    stdio: 'ignore',
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const stop = () => child.kill('SIGKILL')
  process.once('exit', stop)
  for (let tries = 0; tries < 120; tries++) {
    if (child.exitCode !== null) break
    try {
      if ((await fetch(`${url}-/ping`)).ok) return { url, stop }
    } catch {
      await sleep(250)
    }
  }
  stop()
  throw new StepFailed(`starting a registry at ${url}; its log: ${join(folder, 'log')}`)
}

function install() {
  const manifest = join(TOOLS, 'node_modules', 'verdaccio', 'package.json')
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === VERDACCIO) return
  mkdirSync(TOOLS, { recursive: true })
  writeFileSync(
    join(TOOLS, 'package.json'),
    JSON.stringify({ private: true, dependencies: { verdaccio: VERDACCIO }, overrides: OVERRIDES }),
  )
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const failure = quietStep(join(ROOT, '.umbra', 'logs', 'verdaccio.log'), 'npm', args, { cwd: TOOLS })
  if (failure !== undefined) throw new StepFailed(`installing verdaccio ${VERDACCIO}\n${failure}`)
}

const configOf = (folder) => ({
  storage: join(folder, 'packages'),
  uplinks: { configured: { url: configuredRegistry(), cache: true, maxage: '60m', timeout: '60s' } },
  packages: {
    '@umbra/*': { access: '$all', publish: '$all', unpublish: '$all' },
    '**': { access: '$all', proxy: 'configured' },
  },
  // Anybody may publish: it listens on this machine alone, for minutes.
  auth: { htpasswd: { file: join(folder, 'htpasswd'), max_users: -1 } },
  web: { enable: false },
  log: { type: 'file', path: join(folder, 'log'), level: 'warn', format: 'json' },
  max_body_size: '50mb',
})

function configuredRegistry() {
  const { stdout } = spawnSync('npm', ['config', 'get', 'registry'], {
    cwd: ROOT,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  return stdout.trim()
}

const freePort = () =>
  new Promise((settle, fail) => {
    const server = createServer().once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => settle(port))
    })
  })
