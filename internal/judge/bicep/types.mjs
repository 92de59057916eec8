// Microsoft's resource types, from types/*.json (SOURCES.md says where those come from).
import fs from 'node:fs'
import path from 'node:path'

const PRIMITIVES = new Set(['string', 'int', 'bool', 'any', 'object', 'array'])

// A type is one of
//   {kind: 'any'} {kind: 'string'} {kind: 'int'} {kind: 'bool'}
//   {kind: 'literal', value}
//   {kind: 'union', of: [type]}
//   {kind: 'array', of: type}
//   {kind: 'choice', name, discriminator, of: [object type]}, of which a property says which one it is
//   {kind: 'object', name, properties: Map(name -> {type(), required, readOnly, modifiers}), rest: type or null}
export const ANY = { kind: 'any' }
export const STRING = { kind: 'string' }
export const INT = { kind: 'int' }
export const BOOL = { kind: 'bool' }
export const OBJECT = { kind: 'object', name: 'object', properties: new Map(), rest: ANY }

// load reads all types of a folder: a map from "Microsoft.Web/sites@2024-11-01" to a function that takes the resource's name
// and returns the type of its body.
export function load(folder) {
  const resources = new Map()
  for (const file of fs.readdirSync(folder).filter((f) => f.endsWith('.json'))) {
    const definitions = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'))
    const named = new Map(definitions.filter((d) => d.$type === 'Object' || d.$type === 'DiscriminatedObject').map((d) => [d.name, d]))
    for (const d of definitions.filter((d) => d.$type === 'Resource')) {
      const bodies = bodiesOf(d.bodyType, named)
      resources.set(d.name, (name) => bodies(name))
    }
  }
  return resources
}

function structure(definition, named) {
  if (definition.$type === 'Object') return object(definition, named)
  const { name, discriminator, elements, baseProperties } = definition
  // The property that tells which one it is has text as its type, and no object of the same name.
  const literal = (e) => e.properties.find((p) => p.name === discriminator).type
  const of = elements.map((e) => {
    const found = object({ ...e, properties: [...baseProperties, ...e.properties] }, named)
    found.properties.get(discriminator).type = () => ({ kind: 'literal', value: literal(e) })
    return found
  })
  return { kind: 'choice', name, discriminator, of }
}

function bodiesOf(definition, named) {
  if (definition.$type === 'Object') {
    const only = object(definition, named)
    return () => only
  }
  const variants = definition.elements.map((e) => object(e, named))
  return (name) => variants.find((v) => v.properties.get(definition.discriminator).type().value === name) ?? null
}

function object(definition, named) {
  const properties = new Map()
  for (const p of definition.properties) {
    const flags = (p.flags ?? '').split(', ')
    properties.set(p.name, {
      type: once(() => parse(p.type, named)),
      required: flags.includes('Required'),
      readOnly: flags.includes('ReadOnly'),
      modifiers: modifiers(p.modifiers ?? ''),
    })
  }
  const rest = definition.additionalPropertiesType
  return { kind: 'object', name: definition.name, properties, rest: rest ? parse(rest, named) : null }
}

// once puts off work that may never be asked for: types refer to each other in circles.
function once(f) {
  let value
  return () => (value ??= f())
}

function parse(text, named) {
  if (named.has(text)) return structure(named.get(text), named)
  // What is one of several is text: an object of the same name is not meant.
  if (text.includes(' | ')) return { kind: 'union', of: text.split(' | ').map((t) => parse(t, new Map())) }
  if (text.endsWith('[]')) return { kind: 'array', of: parse(text.slice(0, -2), named) }
  if (text === 'object') return OBJECT
  if (text === 'array') return { kind: 'array', of: ANY }
  if (PRIMITIVES.has(text)) return { kind: text }
  return { kind: 'literal', value: text }
}

// modifiers reads "minLength: 3, maxLength: 24, pattern: ^[a-z0-9]+$"; the pattern comes last, as it may have commas.
function modifiers(text) {
  const found = {}
  const pattern = text.match(/pattern: (.*)$/)
  if (pattern) found.pattern = new RegExp(pattern[1])
  for (const m of text.matchAll(/(minLength|maxLength|minValue|maxValue): (-?\d+)/g)) found[m[1]] = Number(m[2])
  return found
}

export function describe(type) {
  switch (type.kind) {
    case 'literal': return `'${type.value}'`
    case 'union': return type.of.map(describe).join(' | ')
    case 'array': return `${describe(type.of)}[]`
    case 'object':
    case 'choice': return type.name
    default: return type.kind
  }
}

// accepts tells whether a value of type `from` may stand where `to` is wanted.
export function accepts(to, from) {
  if (to.kind === 'any' || from.kind === 'any') return true
  if (from.kind === 'union') return from.of.every((t) => accepts(to, t))
  if (to.kind === 'union') return to.of.some((t) => accepts(t, from))
  if (to.kind === 'literal') return from.kind === 'literal' ? from.value === to.value : false
  if (to.kind === 'string') return from.kind === 'string' || from.kind === 'literal'
  if (to.kind === 'array') return from.kind === 'array' && accepts(to.of, from.of)
  if (to.kind === 'choice') return from.kind === 'object'
  return to.kind === from.kind
}
