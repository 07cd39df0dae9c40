import process from 'node:process'
import { parseArgs } from 'node:util'
import { StepFailed, prepareEngine, script, setUp, umbra } from './bootstrap.mjs'

// `npm run quickstart`: from a bare clone to a comparison of methods on the embedded data set.
await script(() => {
  const { values } = parseArgs({ options: { engine: { type: 'string' } } })
  const forced = values.engine ?? process.env.UMBRA_ENGINE ?? ''
  console.log(
    'Umbra quickstart: sets Umbra up, prepares an engine, trains a teacher and compares three methods',
  )
  setUp()
  let engine = forced === '' ? 'auto' : forced
  console.log('preparing the engine')
  if (['auto', 'tensorflow'].includes(engine) && !prepareEngine()) {
    if (engine === 'tensorflow') throw new StepFailed('preparing the tensorflow engine')
    console.log('going on with the wasm engine, which needs nothing but npm')
    engine = 'wasm'
  }
  console.log('comparing methods\n')
  const config = 'examples/01-quickstart/umbra.config.ts'
  if (!umbra('compare', '--config', config, '--engine', engine, '--overwrite'))
    throw new StepFailed('comparing')
})
