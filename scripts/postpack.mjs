import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { relativeLinks } from './absolute-links.mjs'
import { repositoryAddress } from './repository.mjs'

// After a package is packed, in its folder: its README is as before.
const address = repositoryAddress(process.env)
if (address !== undefined)
  writeFileSync('README.md', relativeLinks(readFileSync('README.md', 'utf8'), address))
