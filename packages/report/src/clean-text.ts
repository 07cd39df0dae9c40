// Control and format characters (line ends, escapes, bidirectional overrides), lone surrogates, line separators.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu

/** One line of untrusted text: control and format characters become spaces, runs of spaces become one, no-break spaces stay. */
export const cleanText = (text: string): string => text.replace(UNSAFE, ' ').replace(/[^\S\u00a0]+/gu, ' ')
