import { execFileSync } from 'node:child_process'
import { lstatSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Makes room for something at a path; returns it. */
export const removed = (path: string): string => {
  if (lstatSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() !== true)
    rmSync(dirname(path), { force: true })
  rmSync(path, { recursive: true, force: true })
  mkdirSync(dirname(path), { recursive: true })
  return path
}

const isCurves = (path: string): boolean => dirname(path).endsWith('metrics')

/** What may stand in the place of a file of a run. Nothing of it may be passed on; false where it is as if there were none. */
export const OBSTACLES: Readonly<Record<string, (path: string, outside: string) => boolean>> = {
  'a pipe': (path) => {
    execFileSync('mkfifo', [removed(path)])
    return true
  },
  'a folder': (path) => {
    mkdirSync(join(removed(path), 'inside'), { recursive: true })
    return true
  },
  'a circle of links': (path) => {
    symlinkSync(path, removed(path))
    return true
  },
  'a link out': (path, outside) => {
    symlinkSync(join(outside, 'events.jsonl'), removed(path))
    return true
  },
  'a device': (path) => {
    symlinkSync('/dev/zero', removed(path))
    return true
  },
  'a file of the system': (path) => {
    symlinkSync('/proc/self/environ', removed(path))
    return true
  },
  'a huge file': (path) => {
    writeFileSync(removed(path), '')
    truncateSync(path, 2 ** 40)
    return true
  },
  'an endless line': (path) => {
    writeFileSync(removed(path), 'x'.repeat(40 * 2 ** 20))
    return true
  },
  'a folder linked out': (path, outside) => {
    if (isCurves(path)) symlinkSync(outside, removed(dirname(path)))
    else removed(path)
    return isCurves(path)
  },
  'a file for its folder': (path) => {
    if (isCurves(path)) writeFileSync(removed(dirname(path)), 'x')
    else removed(path)
    return false
  },
  'a pipe for its folder': (path) => {
    if (isCurves(path)) execFileSync('mkfifo', [removed(dirname(path))])
    else removed(path)
    return false
  },
  nothing: (path) => {
    removed(path)
    return false
  },
}
