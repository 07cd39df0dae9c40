import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** The settings of pip that are used here. */
export type PipSetting = 'index-url' | 'cert'

/** Where pip's settings are looked up; tests pass their own. */
export interface PipContext {
  readonly env: NodeJS.ProcessEnv
  readonly os: string
  readonly home: string
  /** Root of the file system. */
  readonly root: string
}

/** A setting of pip: `PIP_INDEX_URL` and the like, else from its configuration files, in order of precedence. */
export function pipSetting(name: PipSetting, context: PipContext = here()): string | undefined {
  const variable = context.env[`PIP_${name.toUpperCase().replace('-', '_')}`]
  if (variable !== undefined && variable !== '') return variable
  for (const file of pipConfigFiles(context)) {
    const value = settingIn(readText(file), name)
    if (value !== undefined) return value
  }
  return undefined
}

const here = (): PipContext => ({ env: process.env, os: process.platform, home: homedir(), root: '/' })

/** pip's configuration files in order of precedence: PIP_CONFIG_FILE, virtual environment, user, machine. */
export function pipConfigFiles(context: PipContext): string[] {
  const { env, home } = context
  const configFile = env.PIP_CONFIG_FILE ?? ''
  // With this value pip reads no file.
  if (configFile === '/dev/null') return []
  const site = env.VIRTUAL_ENV === undefined ? [] : [join(env.VIRTUAL_ENV, 'pip.conf')]
  const user = [...userFolders(context), join(home, '.pip')].map((folder) => join(folder, 'pip.conf'))
  const exists = configFile !== '' && existsSync(configFile)
  return [...(exists ? [configFile] : []), ...site, ...(exists ? [] : user), ...machineFiles(context)]
}

function userFolders({ env, os, home }: PipContext): string[] {
  const config = join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'pip')
  if (os !== 'darwin') return [config]
  const support = join(home, 'Library', 'Application Support', 'pip')
  return [existsSync(support) ? support : join(home, '.config', 'pip')]
}

function machineFiles({ env, os, root }: PipContext): string[] {
  if (os === 'darwin') return [join(root, 'Library', 'Application Support', 'pip', 'pip.conf')]
  const folders = (env.XDG_CONFIG_DIRS ?? '').split(delimiter).filter((folder) => folder !== '')
  const shared = (folders.length === 0 ? [join(root, 'etc', 'xdg')] : folders).map((folder) =>
    join(folder, 'pip', 'pip.conf'),
  )
  // Files that pip reads later take precedence.
  return [...shared, join(root, 'etc', 'pip.conf')].reverse()
}

/** A setting under `[install]`, else under `[global]`, of a pip.conf. */
export function settingIn(text: string, name: PipSetting): string | undefined {
  let section = ''
  const values = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const head = /^\s*\[(.+)\]\s*$/.exec(line)?.[1]
    if (head !== undefined) section = head.trim().toLowerCase()
    const [, key, value] = /^([\w-]+)\s*[=:]\s*(.*\S)\s*$/.exec(line) ?? []
    if (key?.toLowerCase().replace('_', '-') === name && value !== undefined) values.set(section, value)
  }
  return values.get('install') ?? values.get('global')
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
