import { script, setUp } from './bootstrap.mjs'

// `npm run setup`: after it `npx umbra` works in this folder.
await script(() => {
  setUp()
  console.log('ready; npx umbra --help lists the commands')
})
