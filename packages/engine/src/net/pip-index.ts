import { pipSetting } from './pip-settings.js'

const PYPI = 'https://pypi.org/simple'

/** The package index: `index`, else pip's `index-url`, else PyPI. */
export const pipIndex = (index: string | undefined): string =>
  (index ?? pipSetting('index-url') ?? PYPI).trim().replace(/\/+$/, '')
