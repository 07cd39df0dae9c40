import { UmbraError } from '@umbra/core'
import { readFileSync } from 'node:fs'
import * as tls from 'node:tls'
import { pipSetting } from './pip-settings.js'

/** An authority in PEM form. */
const PEM = /-----BEGIN (TRUSTED )?CERTIFICATE-----/

/**
 * The certificate authorities to trust if the user names additional ones: those of Node, of NODE_EXTRA_CA_CERTS and of
 * pip's `cert`. Undefined if there are none: then Node's defaults apply. Throws UMBRA_OPTION for a file without certificates.
 */
export function certificates(): readonly string[] | undefined {
  const extra = process.env.NODE_EXTRA_CA_CERTS
  const named: [string, string | undefined][] = [
    ['NODE_EXTRA_CA_CERTS', extra === '' ? undefined : extra],
    ["pip's setting cert", pipSetting('cert')],
  ]
  const texts = named.flatMap(([source, file]) => (file === undefined ? [] : [read(source, file)]))
  return texts.length === 0 ? undefined : [...ofNode(), ...texts]
}

/** The authorities that Node trusts with its flags and variables, if it can list them; else its built-in ones. */
function ofNode(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => string[] }
  return getCACertificates?.('default') ?? tls.rootCertificates
}

function read(source: string, file: string): string {
  let received = 'a file without certificates'
  let cause: unknown
  try {
    const text = readFileSync(file, 'utf8')
    if (PEM.test(text)) return text
  } catch (error) {
    cause = error
    received = error instanceof Error ? error.message : String(error)
  }
  throw new UmbraError('UMBRA_OPTION', {
    subject: `${source}, ${file}`,
    expected: 'a file of certificates in PEM form',
    received,
    remedy: 'Correct the setting or remove it',
    cause,
  })
}
