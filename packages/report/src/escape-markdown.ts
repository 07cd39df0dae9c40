import { cleanText } from './clean-text.js'

/** Untrusted text as one line of Markdown that is neither markup nor HTML nor a column. */
export const escapeMarkdown = (text: string): string =>
  cleanText(text)
    .trim()
    .replace(/[\\`*_[\]|~#!]/gu, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    // At the start of a line these would start a list or a rule; an address would become a link.
    .replace(/^(\d*)([-+.)])(?=[\s-]|$)/u, String.raw`$1\$2`)
    .replace(/\b(https?|ftp):/giu, '$1&#58;')
    .replace(/\bwww\./giu, 'www&#46;')
    .replace(/@/gu, '&#64;')
