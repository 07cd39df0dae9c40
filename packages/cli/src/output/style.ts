import picocolors from 'picocolors'

/** Functions that colour a text, or return it unchanged. */
export type Style = ReturnType<typeof picocolors.createColors>

export const styleFor = (colour: boolean): Style => picocolors.createColors(colour)
