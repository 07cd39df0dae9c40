import { PbfWriter } from 'pbf'

/** One record of an event file. Times in seconds since 1970. */
export type TensorboardEvent =
  | { readonly time: number; readonly version: string }
  /** Readers discard this step and later ones of earlier files. */
  | { readonly time: number; readonly restartAt: number }
  | { readonly time: number; readonly step: number; readonly scalars: Readonly<Record<string, number>> }

// Field numbers of TensorFlow's protocol buffers (event, summary).
const SESSION_START = 1

/** Protocol buffer `Event`. */
export function encodeEvent(event: TensorboardEvent): Uint8Array {
  const pbf = new PbfWriter()
  pbf.writeDoubleField(1, event.time)
  if ('version' in event) pbf.writeStringField(3, event.version)
  else if ('restartAt' in event) {
    pbf.writeVarintField(2, event.restartAt)
    pbf.writeMessage(7, (status: number, log: PbfWriter) => log.writeVarintField(1, status), SESSION_START)
  } else {
    pbf.writeVarintField(2, event.step)
    pbf.writeMessage(5, writeSummary, event.scalars)
  }
  return pbf.finish()
}

function writeSummary(scalars: Readonly<Record<string, number>>, pbf: PbfWriter): void {
  for (const entry of Object.entries(scalars)) pbf.writeMessage(1, writeValue, entry)
}

function writeValue([tag, value]: readonly [string, number], pbf: PbfWriter): void {
  pbf.writeStringField(1, tag)
  pbf.writeFloatField(2, value)
}
