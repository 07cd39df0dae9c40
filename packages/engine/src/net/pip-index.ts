import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const PYPI = 'https://pypi.org/simple'

/** The package index: the one given, else PIP_INDEX_URL, else `index-url` of pip's configuration files, else PyPI. */
export function pipIndex(given: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  const url = given ?? env.PIP_INDEX_URL ?? fromFiles(configFiles(env)) ?? PYPI
  return url.trim().replace(/\/+$/, '')
}

/** pip's configuration files, the strongest first. */
function configFiles(env: NodeJS.ProcessEnv): string[] {
  const home = homedir()
  return [
    env.PIP_CONFIG_FILE,
    env.VIRTUAL_ENV === undefined ? undefined : join(env.VIRTUAL_ENV, 'pip.conf'),
    join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'pip', 'pip.conf'),
    join(home, '.pip', 'pip.conf'),
    '/etc/pip.conf',
  ].filter((file) => file !== undefined)
}

function fromFiles(files: readonly string[]): string | undefined {
  for (const file of files) {
    const found = indexUrlIn(readText(file))
    if (found !== undefined) return found
  }
  return undefined
}

/** `index-url` under `[install]` or `[global]` of a pip.conf. */
export function indexUrlIn(text: string): string | undefined {
  let section = ''
  const found = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const head = /^\s*\[(.+)\]\s*$/.exec(line)?.[1]
    if (head !== undefined) section = head.trim().toLowerCase()
    const value = /^index[-_]url\s*[=:]\s*(\S+)\s*$/i.exec(line)?.[1]
    if (value !== undefined) found.set(section, value)
  }
  return found.get('install') ?? found.get('global')
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
