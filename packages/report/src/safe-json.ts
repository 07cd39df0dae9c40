/** A value as indented JSON. Characters that control terminals are escaped. */
export const safeJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(
    STEERING,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

// JSON.stringify itself escapes those below U+0020. Without the u flag a character above U+FFFF is two units, both escaped.
const STEERING =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uFFFB]/g
