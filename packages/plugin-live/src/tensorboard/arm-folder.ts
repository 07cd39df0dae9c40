/**
 * Folder of an arm's event files below `metrics`, the same in every session: `kd-s0` for a student of a seed, whichever
 * part of the seed's arms it belongs to; `teacher-cnn` for a model trained in its own stage; `stage/arm` for anything else.
 */
export function armFolder(stage: string, arm: string): string {
  if (/^([\w.+-]*\.)?seed-\d+(\.\d+)?$/.test(stage)) return safe(arm)
  return stage.endsWith(`-${arm}`) ? safe(stage) : `${safe(stage.replace(/\.\d+$/, ''))}/${safe(arm)}`
}

/** A valid folder name for any label or stage. */
const safe = (text: string): string =>
  text.replace(/[^\w.+=@-]/g, '_').replace(/^\.+/, (dots) => '_'.repeat(dots.length))
