// Usage: node judge.mjs FILE...
// Reads Bicep files and prints what is wrong with them, one finding a line: file:line:column: message.
// Exit status: 0 nothing wrong, 1 findings, 2 wrong usage or a file that cannot be read.
import fs from 'node:fs'
import path from 'node:path'
import { assignments, readable } from './assign.mjs'
import { Checker } from './check.mjs'
import { errors, parser } from './syntax.mjs'
import { load } from './types.mjs'

const files = process.argv.slice(2)
if (files.length === 0) {
  console.error('usage: node judge.mjs FILE...')
  process.exit(2)
}

const bicep = await parser()
const resources = load(new URL('types/', import.meta.url).pathname)
let findings = 0

for (const file of files) {
  let source
  try {
    source = fs.readFileSync(file, 'utf8')
  } catch (e) {
    console.error(e.message)
    process.exit(2)
  }
  const report = (node, message) => {
    findings++
    const { row, column } = node.startPosition
    console.log(`${file}:${row + 1}:${column + 1}: ${message}`)
  }
  const open = (name) => {
    try {
      return bicep.parse(fs.readFileSync(path.join(path.dirname(file), name), 'utf8')).rootNode
    } catch {
      return null
    }
  }
  const isParameters = file.endsWith('.bicepparam')
  const tree = bicep.parse(isParameters ? readable(source) : source)
  errors(tree.rootNode, report)
  if (tree.rootNode.hasError) continue
  if (isParameters) assignments(tree.rootNode, resources, report, open)
  else new Checker(resources, report, open).file(tree.rootNode)
}

process.exit(findings > 0 ? 1 : 0)
