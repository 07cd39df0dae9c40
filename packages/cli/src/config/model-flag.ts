import { UmbraError } from '@umbra/core'
import { jsonOrText } from './json-or-text.js'
import { setPath } from './set-path.js'

/** A definition as a flag names it, with options: `resnet20:width=32,classes=100`. */
export interface Flagged {
  readonly id: string
  /** As they are nested: `a.b=1` is `{ a: { b: 1 } }`. */
  readonly options: Readonly<Record<string, unknown>>
}

/** Reads `id` or `id:option=value,option=value`; values are JSON or text. Throws UMBRA_USAGE. */
export function flagged(flag: string, text: string): Flagged {
  const at = text.indexOf(':')
  if (at < 0 && text !== '') return { id: text, options: {} }
  // A comma belongs to a value, such as a list, unless an option follows it.
  const parts = text.slice(at + 1).split(/,(?=[\w.-]+=)/)
  const isWritten = at > 0 && parts.every((part) => /^[\w.-]+=./.test(part))
  if (!isWritten)
    throw new UmbraError('UMBRA_USAGE', {
      subject: `--${flag}`,
      expected: 'an id, with options after a colon where they are needed, for example cnn:width=8',
      received: `"${text}"`,
    })
  const options = parts.reduce<Readonly<Record<string, unknown>>>((all, part) => {
    const equals = part.indexOf('=')
    return setPath(all, part.slice(0, equals), jsonOrText(part.slice(equals + 1)))
  }, {})
  return { id: text.slice(0, at), options }
}

/** Reads `model=weights` or `model:option=value=weights`. Throws UMBRA_USAGE. */
export function flaggedTeacher(flag: string, text: string): Flagged & { readonly weights: string } {
  const match = /^([^:=]+(?::[\w.-]+=[^=]*?(?:,[\w.-]+=[^=]*?)*)?)=(.+)$/.exec(text)
  const [, model, weights] = match ?? []
  if (model === undefined || weights === undefined)
    throw new UmbraError('UMBRA_USAGE', {
      subject: `--${flag}`,
      expected: 'model=weights, for example resnet56=teacher.pt, or with options cnn:width=32=teacher.pt',
      received: `"${text}"`,
    })
  return { ...flagged(flag, model), weights }
}
