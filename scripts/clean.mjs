import { rmSync } from 'node:fs'

// First step of each package's build: a module that was moved or deleted must not stay in the package.
rmSync('dist', { recursive: true, force: true })
