// What a Bicep compiler would say of a file of parameters: that the template is there, and has them.
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/parameter-files
import { Checker, parametersOf } from './check.mjs'
import { literal, parts } from './syntax.mjs'

// readable makes such a file one that the grammar reads: it knows "param name = value" with a type alone, and reads a variable in its
// place. All places stay as they are.
export const readable = (source) => source.replace(/^param (?=\w+ = )/gm, 'var   ')

// assignments checks the tree of a file, whose template open reads.
export function assignments(root, resources, report, open) {
  const using = root.namedChildren.find((n) => n.type === 'using_statement')
  const template = using && open(literal(using.namedChildren[0]))
  if (!template) return report(using ?? root, 'it uses no template')
  const params = parametersOf(template)
  const checker = new Checker(resources, report)
  const seen = new Set()
  for (const node of root.namedChildren) {
    if (node.type === 'comment' || node.type === 'using_statement') continue
    if (node.type !== 'variable_declaration') { report(node, `a ${node.type} is more than this judge knows`); continue }
    const { name, value } = parts(node)
    const declared = params.properties.get(name.text)
    if (seen.has(name.text)) report(name, `${name.text} is set twice`)
    seen.add(name.text)
    if (!declared) report(name, `${name.text} is no parameter of the template`)
    else checker.value(value, declared.type(), name.text)
  }
  for (const [name, p] of params.properties) if (p.required && !seen.has(name)) report(using, `${name} is not set`)
}
