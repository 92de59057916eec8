// Bicep's syntax, by the grammar of tree-sitter-bicep.
import { createRequire } from 'node:module'
import { Language, Parser } from 'web-tree-sitter'

const require = createRequire(import.meta.url)

export async function parser() {
  await Parser.init()
  const grammar = await Language.load(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'))
  const p = new Parser()
  p.setLanguage(grammar)
  return p
}

// More than a few findings in one file are but echoes of the first.
const MOST = 5

// errors reports the parts of a tree that are not Bicep.
export function errors(root, report) {
  if (!root.hasError) return
  let found = 0
  const visit = (node) => {
    if ((node.isMissing || node.isError) && ++found > MOST) return
    if (node.isMissing) report(node, `syntax: ${node.type} is missing`)
    else if (node.isError) report(node, `syntax: ${JSON.stringify(node.text.slice(0, 40))} is not Bicep`)
    node.children.forEach(visit)
  }
  visit(root)
}

const ESCAPES = { n: '\n', r: '\r', t: '\t' }

// literal returns the text of a string node, or null when it has interpolations.
export function literal(node) {
  if (node.namedChildren.some((c) => c.type === 'interpolation')) return null
  const text = node.text.startsWith("'''") ? null : node.text.slice(1, -1)
  return text?.replace(/\\(u\{([0-9a-fA-F]+)\}|.)/g, (_, c, hex) => (hex ? String.fromCodePoint(parseInt(hex, 16)) : ESCAPES[c] ?? c)) ?? null
}

// key returns the name of an object's property, or null when it is computed.
export function key(property) {
  const k = property.namedChildren[0]
  return k.type === 'string' ? literal(k) : k.text
}

// parts returns what a declaration is made of, by node type; a value is whatever stands behind the equals sign.
export function parts(declaration) {
  const children = declaration.children
  const equals = children.findIndex((c) => c.type === '=')
  const value = equals < 0 ? null : children.slice(equals + 1).find((c) => c.isNamed && c.type !== 'comment')
  const before = equals < 0 ? children : children.slice(0, equals)
  const first = (type) => before.find((c) => c.type === type) ?? null
  return { name: first('identifier'), type: first('type'), string: first('string'), existing: first('existing') !== null, value }
}
