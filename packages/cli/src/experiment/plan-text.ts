import type { RunPlan } from '@umbra/experiment'
import { columns, duration } from '../output/format.js'

/** The plan as a table. Models that earlier runs have trained cost nothing. */
export function planText({ dataset, stages, seconds, diskBytes }: RunPlan, note = ''): string {
  const { id, train, validation, test, classes } = dataset
  const held =
    validation === 0 ? 'none held out for validation' : `${validation} more held out for validation`
  const head = `${id}: ${train} training images, ${held}, ${test} test images, ${classes} classes`
  const rows = stages.map(({ title, arms, epochs, steps }) => [
    title,
    `${arms.length} ${arms.length === 1 ? 'arm' : 'arms'}`,
    `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`,
    `${steps} ${steps === 1 ? 'step' : 'steps'}`,
  ])
  const time = seconds === undefined ? 'unknown until the first steps' : `about ${duration(seconds)}${note}`
  const tail = `estimated time: ${time}; disk: at most about ${megabytes(diskBytes)}`
  return `${head}\n\n${columns([['stage', 'arms', 'epochs', 'steps'], ...rows])}\n\n${tail}\n`
}

/** What the time estimate of a plan counts and where it comes from, to be printed after it. */
export const planNote = (resume = false): string =>
  `${resume ? ' for the whole run, with what is done already' : ''}, going by earlier runs on this machine`

const megabytes = (bytes: number): string => {
  const size = bytes / 2 ** 20
  return size < 1024 ? `${Math.max(1, Math.round(size))} MB` : `${(size / 1024).toFixed(1)} GB`
}
