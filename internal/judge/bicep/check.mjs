// What a Bicep compiler would say of a file's declarations: names, references, types of values, and the limits of a template.
import { accepts, ANY, BOOL, describe, INT, OBJECT, STRING } from './types.mjs'
import { key, literal, parts } from './syntax.mjs'

// https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits
const LIMITS = { parameter: 256, variable: 512, resource: 800, output: 64 }

const DECLARES = {
  parameter_declaration: 'parameter', variable_declaration: 'variable', resource_declaration: 'resource', module_declaration: 'module',
  output_declaration: 'output',
}

const PLAIN = new Set(['comment', 'decorators', 'metadata_declaration', 'target_scope_assignment', '\n'])

// The decorators, with what they may stand above.
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/parameters#use-decorators
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/resource-declaration#onlyifnotexists-decorator
const PARAMETERS = ['parameter']
const DECORATORS = {
  allowed: PARAMETERS, description: ['parameter', 'variable', 'resource', 'module', 'output'], maxLength: PARAMETERS, maxValue: PARAMETERS,
  minLength: PARAMETERS, minValue: PARAMETERS, onlyIfNotExists: ['resource'], secure: PARAMETERS,
}

// The functions that may be called, with the fewest and most arguments, and what they return.
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions
// CLOUD finds what differs between the clouds of Azure, as the compiler's linter does (no-hardcoded-env-urls).
const CLOUD = /(?<!schema\.)management\.azure\.com|management\.core\.windows\.net|login\.microsoftonline\.com|(blob|queue|table|file|database|batch)\.core\.windows\.net|database\.windows\.net|graph\.windows\.net|vault\.azure\.net/

const scope = { kind: 'object', name: 'scope', rest: null, properties: new Map(['id', 'name', 'location', 'tenantId', 'subscriptionId'].map((n) => [n, { type: () => STRING }])) }
const FUNCTIONS = {
  empty: [1, 1, BOOL], join: [2, 2, STRING], resourceId: [2, 32, STRING], tenant: [0, 0, ANY], environment: [0, 0, ANY], readEnvironmentVariable: [1, 2, STRING], guid: [1, 32, STRING], json: [1, 1, ANY], resourceGroup: [0, 0, scope], subscription: [0, 0, scope], subscriptionResourceId: [2, 32, STRING],
  take: [2, 2, STRING], toLower: [1, 1, STRING], uniqueString: [1, 32, STRING], utcNow: [0, 1, STRING],
}

// Properties that the language gives every resource.
const META = new Set(['parent', 'scope', 'dependsOn'])

// Properties of a module.
const MODULE = new Set(['name', 'params', 'dependsOn', 'scope'])
const DEPLOYMENT = { kind: 'object', name: 'module', rest: null, properties: new Map([['name', { type: () => STRING }], ['outputs', { type: () => ANY }]]) }

export class Checker {
  // open reads another file, by its path relative to this one, as a tree; null when it cannot be read.
  constructor(resources, report, open = () => null) {
    Object.assign(this, { resources, report, open, symbols: new Map(), outputs: new Set(), used: new Set(), edges: new Map() })
  }

  file(root) {
    const declarations = root.namedChildren.filter((n) => !PLAIN.has(n.type))
    const counts = { parameter: 0, variable: 0, resource: 0, output: 0 }
    this.decorators(root)
    for (const node of declarations) {
      const what = DECLARES[node.type]
      if (!what) { this.report(node, `a ${node.type} is more than this judge knows`); continue }
      const counted = what === 'module' ? 'resource' : what
      const isExisting = what === 'resource' && parts(node).existing
      if (!isExisting && ++counts[counted] === LIMITS[counted] + 1) this.report(node, `more than ${LIMITS[counted]} ${counted}s in a template`)
      this.declare(node, what)
    }
    for (const s of this.symbols.values()) this.declaration(s)
    for (const node of declarations.filter((n) => n.type === 'output_declaration')) this.output(node)
    for (const s of this.symbols.values()) {
      if (!this.used.has(s.name) && s.what !== 'module' && (s.what !== 'resource' || s.existing)) this.report(s.node, `${s.what} ${s.name} is not used`)
    }
    this.cycles()
  }

  declare(node, what) {
    const p = parts(node)
    const name = p.name.text
    const names = what === 'output' ? this.outputs : this.symbols
    if (names.has(name)) this.report(p.name, `${name} is declared twice`)
    if (what === 'output') this.outputs.add(name)
    else this.symbols.set(name, { ...p, name, node, what })
  }

  declaration(s) {
    if (s.what === 'variable') return this.variable(s)
    this.inside(s, () => {
      if (s.what === 'resource') this.resource(s)
      else if (s.what === 'module') this.module(s)
      else if (s.value) this.value(s.value, simple(s.type.text), `parameter ${s.name}`)
    })
  }

  output(node) {
    const { name, type, value } = parts(node)
    this.value(value, simple(type.text), `output ${name.text}`)
  }

  resource(s) {
    const type = literal(s.string)
    if (s.value.type !== 'object') return this.report(s.value, `resource ${s.name} is not a plain object`)
    const given = new Map(properties(s.value).map((p) => [key(p), p]))
    const body = this.resources.get(type)?.(given.has('name') ? literal(given.get('name').namedChildren[1]) : null)
    if (!body) return this.report(s.string, `no type ${type}`)
    this.object(s.value, body, s.name, (name) => META.has(name), s.existing)
    this.parent(s, type, given.get('parent'))
    for (const name of ['scope', 'dependsOn']) if (given.has(name)) this.typeOf(given.get(name).namedChildren[1])
  }

  // decorators checks what stands above declarations.
  decorators(root) {
    const children = root.namedChildren.filter((n) => n.type !== 'comment')
    children.forEach((node, i) => {
      if (node.type !== 'decorators') return
      for (const d of node.namedChildren) {
        const name = d.namedChildren[0].childForFieldName('function')?.text
        const above = Object.hasOwn(DECORATORS, name ?? '') ? DECORATORS[name] : null
        if (!above) this.report(d, `no decorator ${name}`)
        else if (!above.includes(DECLARES[children[i + 1]?.type])) this.report(d, `${name} does not stand above this`)
      }
    })
  }

  // module checks a module's parameters against those of its file.
  module(s) {
    const file = this.open(literal(s.string))
    if (!file) return this.report(s.string, `no file ${literal(s.string)}`)
    if (s.value.type !== 'object') return this.report(s.value, `module ${s.name} is not a plain object`)
    let given = null
    for (const p of properties(s.value)) {
      const name = key(p)
      const value = p.namedChildren.filter((c) => c.type !== 'comment')[1]
      if (!MODULE.has(name)) this.report(p, `${s.name}.${name} is not a property of a module`)
      if (name === 'params') given = value
      else if (name === 'name') this.value(value, STRING, `${s.name}.name`)
      else this.typeOf(value)
    }
    const params = parametersOf(file)
    if (given) this.object(given, params, `${s.name}.params`)
    else for (const [name, p] of params.properties) if (p.required) this.report(s.node, `${s.name}.params.${name} is missing`)
  }

  // parent checks that a child stands under a resource of the type above it.
  parent(s, type, property) {
    const above = type.split('@')[0].split('/').slice(0, -1).join('/')
    if (!above.includes('/')) {
      if (property) this.report(property, `${s.name} has a parent, and is no child`)
      return
    }
    const parent = property && this.symbols.get(property.namedChildren[1].text)
    if (!parent?.string) return this.report(s.string, `${s.name} has no parent`)
    this.use(parent.name)
    const found = literal(parent.string).split('@')[0]
    if (found !== above) this.report(property, `the parent of ${s.name} is ${found}, not ${above}`)
  }

  // object checks an object against the type that is wanted, and returns the type that it has.
  object(node, type, where, skip = () => false, partial = false) {
    const seen = new Set()
    const found = { kind: 'object', name: 'object', properties: new Map(), rest: null }
    for (const p of properties(node)) {
      const value = p.namedChildren.filter((c) => c.type !== 'comment')[1]
      if (!value) { this.report(p, `${where}: a nested resource is more than this judge knows`); continue }
      const name = key(p)
      if (name === null) {
        this.typeOf(p.namedChildren[0])
        found.rest = ANY
      } else if (seen.has(name.toLowerCase())) this.report(p, `${where}.${name} is set twice`)
      else seen.add(name.toLowerCase())
      if (name !== null && skip(name)) continue
      const declared = type.properties.get(name)
      if (!declared && !type.rest) this.report(p, `${where}.${name} is not a property of ${type.name}`)
      if (declared?.readOnly) this.report(p, `${where}.${name} is read-only`)
      const has = this.value(value, declared?.type() ?? type.rest ?? ANY, `${where}.${name ?? '*'}`, declared?.modifiers)
      if (name !== null) found.properties.set(name, { type: () => has })
    }
    for (const [name, p] of type.properties) {
      if (p.required && !partial && !seen.has(name.toLowerCase())) this.report(node, `${where}.${name} is missing`)
    }
    return found
  }

  // value checks an expression against the type that is wanted, and returns the type that it has.
  value(node, type, where, modifiers = {}) {
    if (node.type === 'object' && type.kind === 'choice') type = this.chosen(node, type, where)
    if (node.type === 'object' && type.kind === 'object') return this.object(node, type, where)
    if (node.type === 'ternary_expression') {
      this.value(node.childForFieldName('condition'), BOOL, `${where}'s condition`)
      return union(['consequence', 'alternative'].map((f) => this.value(node.childForFieldName(f), type, where, modifiers)))
    }
    if (node.type === 'array' && type.kind === 'array') {
      return { kind: 'array', of: union(items(node).map((n, i) => this.value(n, type.of, `${where}[${i}]`))) }
    }
    const found = this.typeOf(node)
    if (!accepts(type, found)) this.report(node, `${where} is ${describe(found)}, not ${describe(type)}`)
    this.modifiers(node, modifiers, where)
    return found
  }

  // chosen returns which one of several types an object says that it has.
  chosen(node, type, where) {
    const property = properties(node).find((p) => key(p) === type.discriminator)
    const text = property && property.namedChildren[1].type === 'string' ? literal(property.namedChildren[1]) : null
    const found = type.of.find((t) => t.properties.get(type.discriminator).type().value === text)
    if (!found) this.report(node, `${where}.${type.discriminator} is none that ${type.name} has`)
    return found ?? ANY
  }

  modifiers(node, m, where) {
    if (node.type === 'number') {
      const n = Number(node.text)
      if (n < (m.minValue ?? -Infinity) || n > (m.maxValue ?? Infinity)) this.report(node, `${where} is out of bounds`)
    }
    const text = node.type === 'string' ? literal(node) : null
    if (text === null) return
    if (text.length < (m.minLength ?? 0) || text.length > (m.maxLength ?? Infinity)) this.report(node, `${where} has a wrong length`)
    if (m.pattern && !m.pattern.test(text)) this.report(node, `${where} does not match ${m.pattern}`)
  }

  typeOf(node) {
    switch (node.type) {
      case 'string': return this.text(node)
      case 'number': return INT
      case 'boolean': return BOOL
      case 'null': return ANY
      case 'ternary_expression': return this.value(node, ANY, 'value')
      case 'object': return this.object(node, OBJECT, 'object')
      case 'array': return { kind: 'array', of: union(items(node).map((n) => this.typeOf(n))) }
      case 'identifier': return this.reference(node)
      case 'call_expression': return this.call(node)
      case 'member_expression': return this.member(node)
    }
    this.report(node, `a ${node.type} is more than this judge knows`)
    return ANY
  }

  text(node) {
    const host = node.text.match(CLOUD)
    if (host) this.report(node, `${host[0]} is another in another cloud of Azure: see environment()`)
    const interpolations = node.namedChildren.filter((c) => c.type === 'interpolation')
    interpolations.forEach((c) => this.value(c.namedChildren[0], { kind: 'union', of: [STRING, INT, BOOL] }, 'interpolation'))
    return interpolations.length ? STRING : { kind: 'literal', value: literal(node) }
  }

  reference(node) {
    const s = this.symbols.get(node.text)
    if (!s) {
      this.report(node, `${node.text} is not declared`)
      return ANY
    }
    this.use(s.name)
    if (s.what === 'parameter') return simple(s.type.text)
    if (s.what === 'variable') return this.variable(s)
    if (s.what === 'module') return DEPLOYMENT
    return this.resources.get(literal(s.string))?.(null) ?? ANY
  }

  // variable returns a variable's type, which is found once; one that refers to itself is left to cycles.
  variable(s) {
    if (!s.value) return ANY
    if (s.found === undefined) {
      s.found = ANY
      this.inside(s, () => { s.found = this.typeOf(s.value) })
    }
    return s.found
  }

  // inside counts what f refers to as references of a declaration.
  inside(s, f) {
    const outer = this.current
    this.current = s.name
    if (!this.edges.has(s.name)) this.edges.set(s.name, new Set())
    f()
    this.current = outer
  }

  use(name) {
    this.used.add(name)
    this.edges.get(this.current)?.add(name)
  }

  member(node) {
    const [of, property] = [this.typeOf(node.childForFieldName('object')), node.childForFieldName('property').text]
    if (of.kind !== 'object') {
      if (of.kind !== 'any') this.report(node, `${node.text}: ${describe(of)} has no properties`)
      return ANY
    }
    const type = of.properties.get(property)?.type() ?? of.rest
    if (!type) this.report(node, `${node.text}: ${of.name} has no property ${property}`)
    return type ?? ANY
  }

  call(node) {
    const name = node.childForFieldName('function').text
    const args = (node.childForFieldName('arguments')?.namedChildren ?? []).filter((c) => c.type !== 'comment')
    args.forEach((a) => this.typeOf(a))
    const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : null
    if (!known) {
      this.report(node, `no function ${name}`)
      return ANY
    }
    const [fewest, most, type] = known
    if (args.length < fewest || args.length > most) this.report(node, `${name} takes ${fewest} to ${most} arguments, not ${args.length}`)
    return type
  }

  cycles() {
    const state = new Map()
    const visit = (name, path) => {
      if (state.get(name) === 'done') return
      if (state.get(name) === 'open') return this.report(this.symbols.get(name).node, `cycle: ${[...path, name].join(' -> ')}`)
      state.set(name, 'open')
      for (const next of this.edges.get(name) ?? []) visit(next, [...path, name])
      state.set(name, 'done')
    }
    for (const name of this.symbols.keys()) visit(name, [])
  }
}

// parametersOf returns the parameters of a file as the type of an object.
export function parametersOf(root) {
  const found = new Map()
  for (const node of root.namedChildren.filter((n) => n.type === 'parameter_declaration')) {
    const { name, type, value } = parts(node)
    found.set(name.text, { type: () => simple(type.text), required: !value })
  }
  return { kind: 'object', name: 'the parameters', properties: found, rest: null }
}

const properties = (node) => node.namedChildren.filter((c) => c.type === 'object_property')
const items = (node) => node.namedChildren.filter((c) => c.type !== 'comment')
const union = (types) => (types.length === 1 ? types[0] : types.length ? { kind: 'union', of: types } : ANY)

function simple(name) {
  return { string: STRING, int: INT, bool: BOOL, object: OBJECT, array: { kind: 'array', of: ANY } }[name] ?? ANY
}
