import { expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import type { Engine } from '../contracts/engine.js'
import type { RunListener } from '../contracts/events.js'
import { defineMethod, type MethodDefinition } from '../contracts/method.js'
import type { ModelDefinition } from '../contracts/model.js'
import type { Softening } from '../contracts/parts.js'
import type { Definition } from '../contracts/plugin.js'
import { parseOptions } from '../options/parse-options.js'
import type { Registry } from './registry.js'
import { EngineToken, ListenerToken } from './services.js'
import { token } from '../contracts/service.js'

declare const registry: Registry

it('types what it finds by kind', () => {
  expectTypeOf(registry.get('method', 'kd')).toEqualTypeOf<MethodDefinition>()
  expectTypeOf(registry.list('model')[0]!.definition).toEqualTypeOf<ModelDefinition>()
  expectTypeOf(registry.list()[0]!.definition).toEqualTypeOf<Definition>()
  expectTypeOf(registry.parts.softening('ats')).toEqualTypeOf<Softening>()
  // @ts-expect-error no such kind
  registry.get('metod', 'kd')
})

it('types services by their token', () => {
  expectTypeOf(registry.resolve(EngineToken)).toEqualTypeOf<Engine>()
  expectTypeOf(registry.resolve(ListenerToken)).toEqualTypeOf<RunListener>()
  registry.provide(token<number>('n'), () => 3)
  // @ts-expect-error a number is not an engine
  registry.provide(EngineToken, () => 3)
})

it('types parsed options by their schema', () => {
  const options = z.strictObject({ alpha: z.number().default(0.9) })
  expectTypeOf(parseOptions(options, {}, 'x')).toEqualTypeOf<{ alpha: number }>()
  const kd = defineMethod({
    id: 'kd',
    title: 'KD',
    summary: 's',
    formula: 'f',
    teachers: { min: 1, max: 1 },
    options,
    objective: ({ alpha }) => {
      expectTypeOf(alpha).toBeNumber()
      return { weights: {}, terms: () => ({ terms: {} }) }
    },
  })
  expectTypeOf(registry.parse(kd, {})).toEqualTypeOf<{ alpha: number }>()
})
