import { pipSetting } from './pip-settings.js'

const PYPI = 'https://pypi.org/simple'

/** The package index: the one given, else pip's `index-url`, else PyPI. */
export const pipIndex = (given: string | undefined): string =>
  (given ?? pipSetting('index-url') ?? PYPI).trim().replace(/\/+$/, '')
