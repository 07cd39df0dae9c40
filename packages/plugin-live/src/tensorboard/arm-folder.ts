/**
 * Folder of an arm's event files below `metrics`, the same in every session: `kd-s0` for a student of a seed, in whichever
 * part of the seed's arms it is trained; `teacher-cnn` for a model that is trained in a stage of its own; `stage/arm` for
 * anything else.
 */
export function armFolder(stage: string, arm: string): string {
  if (/^([\w.+-]*\.)?seed-\d+(\.\d+)?$/.test(stage)) return safe(arm)
  return stage.endsWith(`-${arm}`) ? safe(stage) : `${safe(stage.replace(/\.\d+$/, ''))}/${safe(arm)}`
}

/** One name of a folder, whatever a label or a stage is called. */
const safe = (text: string): string =>
  text.replace(/[^\w.+=@-]/g, '_').replace(/^\.+/, (dots) => '_'.repeat(dots.length))
