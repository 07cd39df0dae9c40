import { UmbraError } from '@umbra/core'
import { pipSetting } from './pip-settings.js'

const PYPI = 'https://pypi.org/simple'

/** The package index: `index`, else pip's `index-url`, else PyPI. Throws UMBRA_OPTION for what is not an http(s) address. */
export function pipIndex(index: string | undefined): string {
  const text = (index ?? pipSetting('index-url') ?? PYPI).trim().replace(/\/+$/, '')
  const protocol = URL.canParse(text) ? new URL(text).protocol : ''
  if (protocol === 'https:' || protocol === 'http:') return text
  throw new UmbraError('UMBRA_OPTION', {
    subject: index === undefined ? "package index of pip's settings (index-url)" : '--index',
    expected: 'the http(s) address of a package index',
    received: JSON.stringify(text.slice(0, 200)),
    remedy: `Use an address such as ${PYPI}; for a folder that contains the wheel, use --from`,
  })
}
