import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.js'
import { pipConfigFiles, pipSetting, settingIn } from './pip-settings.js'

const root = temporaryFolder()
const put = (path: string, text: string): string => {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

describe('settingIn', () => {
  it('reads [install] before [global] and nothing of other sections', () => {
    const text =
      '[list]\nindex-url=https://c\n[global]\nindex_url: https://a\n[install]\nindex-url = https://b\n'
    expect(settingIn(text, 'index-url')).toBe('https://b')
    expect(settingIn('[list]\nindex-url=https://c\n', 'index-url')).toBeUndefined()
    const other = '[global]\n# index-url = https://a\nextra-index-url = https://b\n'
    expect(settingIn(other, 'index-url')).toBeUndefined()
  })

  it('reads a path with spaces', () => {
    expect(settingIn('[global]\ncert = /a folder/ca.pem  \n', 'cert')).toBe('/a folder/ca.pem')
  })
})

describe('pipSetting', () => {
  it('takes the strongest place that has the setting', () => {
    const env: NodeJS.ProcessEnv = { XDG_CONFIG_DIRS: `${join(root, 'weak')}:${join(root, 'shared')}` }
    const around = { env, os: 'linux', home: join(root, 'home'), root: join(root, 'machine') }
    const cert = (): string | undefined => pipSetting('cert', around)
    put('weak/pip/pip.conf', '[global]\ncert = weak\n')
    expect(cert()).toBe('weak')
    put('shared/pip/pip.conf', '[global]\ncert = shared\n')
    expect(cert()).toBe('shared')
    put('machine/etc/pip.conf', '[global]\ncert = machine\n')
    expect(cert()).toBe('machine')
    put('home/.pip/pip.conf', '[global]\ncert = old\n')
    expect(cert()).toBe('old')
    put('home/.config/pip/pip.conf', '[global]\ncert = user\n')
    expect(cert()).toBe('user')
    put('venv/pip.conf', '[global]\ncert = venv\n')
    env.VIRTUAL_ENV = join(root, 'venv')
    expect(cert()).toBe('venv')
    env.PIP_CONFIG_FILE = put('own.conf', '[global]\ncert = own\n')
    expect(cert()).toBe('own')
    env.PIP_CERT = 'variable'
    expect(cert()).toBe('variable')
  })

  it('reads no user file beside PIP_CONFIG_FILE, and none at all where that is /dev/null', () => {
    const home = join(root, 'other')
    put('other/.config/pip/pip.conf', '[global]\ncert = user\n')
    const around = (file: string) => ({ env: { PIP_CONFIG_FILE: file }, os: 'linux', home, root })
    expect(pipConfigFiles(around(put('empty.conf', ''))).some((file) => file.startsWith(home))).toBe(false)
    expect(pipConfigFiles(around(join(root, 'missing.conf')))[0]).toBe(join(home, '.config/pip/pip.conf'))
    expect(pipConfigFiles(around('/dev/null'))).toEqual([])
  })

  it('knows the folders of macOS', () => {
    const around = { env: {}, os: 'darwin', home: join(root, 'mac'), root: '/' }
    const machine = '/Library/Application Support/pip/pip.conf'
    const old = join(root, 'mac/.pip/pip.conf')
    expect(pipConfigFiles(around)).toEqual([join(root, 'mac/.config/pip/pip.conf'), old, machine])
    const file = put('mac/Library/Application Support/pip/pip.conf', '')
    expect(pipConfigFiles(around)).toEqual([file, old, machine])
  })
})
