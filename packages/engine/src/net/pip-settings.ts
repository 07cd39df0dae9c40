import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** The settings of pip that are honoured here. */
export type PipSetting = 'index-url' | 'cert'

/** Where pip's settings are looked for; tests bring their own. */
export interface PipSurroundings {
  readonly env: NodeJS.ProcessEnv
  readonly os: string
  readonly home: string
  /** Root of the file system. */
  readonly root: string
}

/** A setting of pip: `PIP_INDEX_URL` and its like, else its configuration files, the strongest first. */
export function pipSetting(name: PipSetting, around: PipSurroundings = here()): string | undefined {
  const variable = around.env[`PIP_${name.toUpperCase().replace('-', '_')}`]
  if (variable !== undefined && variable !== '') return variable
  for (const file of pipConfigFiles(around)) {
    const found = settingIn(readText(file), name)
    if (found !== undefined) return found
  }
  return undefined
}

const here = (): PipSurroundings => ({ env: process.env, os: process.platform, home: homedir(), root: '/' })

/** pip's configuration files in its order of strength: PIP_CONFIG_FILE, virtual environment, user, machine. */
export function pipConfigFiles(around: PipSurroundings): string[] {
  const { env, home } = around
  const own = env.PIP_CONFIG_FILE ?? ''
  // pip's own way to say that no file counts.
  if (own === '/dev/null') return []
  const site = env.VIRTUAL_ENV === undefined ? [] : [join(env.VIRTUAL_ENV, 'pip.conf')]
  const user = [...userFolders(around), join(home, '.pip')].map((folder) => join(folder, 'pip.conf'))
  const named = own !== '' && existsSync(own)
  return [...(named ? [own] : []), ...site, ...(named ? [] : user), ...machineFiles(around)]
}

function userFolders({ env, os, home }: PipSurroundings): string[] {
  const config = join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'pip')
  if (os !== 'darwin') return [config]
  const support = join(home, 'Library', 'Application Support', 'pip')
  return [existsSync(support) ? support : join(home, '.config', 'pip')]
}

function machineFiles({ env, os, root }: PipSurroundings): string[] {
  if (os === 'darwin') return [join(root, 'Library', 'Application Support', 'pip', 'pip.conf')]
  const folders = (env.XDG_CONFIG_DIRS ?? '').split(delimiter).filter((folder) => folder !== '')
  const shared = (folders.length === 0 ? [join(root, 'etc', 'xdg')] : folders).map((folder) =>
    join(folder, 'pip', 'pip.conf'),
  )
  // What pip reads later is stronger.
  return [...shared, join(root, 'etc', 'pip.conf')].reverse()
}

/** A setting under `[install]`, else under `[global]`, of a pip.conf. */
export function settingIn(text: string, name: PipSetting): string | undefined {
  let section = ''
  const found = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const head = /^\s*\[(.+)\]\s*$/.exec(line)?.[1]
    if (head !== undefined) section = head.trim().toLowerCase()
    const [, key, value] = /^([\w-]+)\s*[=:]\s*(.*\S)\s*$/.exec(line) ?? []
    if (key?.toLowerCase().replace('_', '-') === name && value !== undefined) found.set(section, value)
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
