import picocolors from 'picocolors'

/** Colours, or the text as it is. */
export type Style = ReturnType<typeof picocolors.createColors>

export const styleFor = (colour: boolean): Style => picocolors.createColors(colour)
