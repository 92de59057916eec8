package aws

import (
	"slices"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/naming"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
)

// What a template may hold: a little less than CloudFormation's 500 resources, 200 outputs, 200 parameters and a million bytes.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const (
	maxResources  = 450
	maxOutputs    = 190
	maxParameters = 190
	maxBytes      = 900_000
)

// Upper bounds of sizes: a resource without what comes in numbers and without the spec's own text takes fewer bytes than resourceBytes, and
// the others are for each of what comes in numbers.
const (
	resourceBytes     = 1_500
	statementBytes    = 600
	resourceEnvBytes  = 300
	notificationBytes = 1_500
	indexBytes        = 600
)

// textBytes is an upper bound of what a variable takes: a byte at most four, which is \x00, and a piece of joined text a line.
func textBytes(name, value string) int {
	const escaped, line = 4, 40
	return escaped*(len(name)+len(value)) + line*(strings.Count(value, opening)+2)
}

// fit tells whether the blocks fit into one template.
func fit(blocks []block) bool {
	var resources, outputs, text int
	parameters := map[string]bool{}
	for i := range blocks {
		b := &blocks[i]
		resources += len(b.resources)
		outputs += len(b.outputs)
		text += b.text
		for _, name := range b.uses {
			parameters[name] = true
		}
	}
	return resources <= maxResources && outputs <= maxOutputs && len(parameters) <= maxParameters && resourceBytes*resources+text <= maxBytes
}

// files are the app's templates: one, or one with nested stacks when one cannot hold it. In no case does the size decide about what
// is in another template, only about whether there are others.
func (l *lowering) files(p *parts) []file {
	if all := p.all(); fit(all) {
		return []file{{"template.yaml", l.template(all), all}}
	}
	exporting := []stack{{"shared", p.exporting}}
	if !fit(p.exporting) {
		exporting = distribute(p.exporting, "shared-", "")
	}
	stacks := distribute(p.dependent(), "", "")
	if len(p.exporting) > 0 {
		stacks = append(exporting, stacks...)
	}
	root := []block{p.shared}
	files := []file{{"template.yaml", l.root(root, stacks), root}}
	for _, s := range stacks {
		files = append(files, file{s.path(), l.nested(s), s.blocks})
	}
	return files
}

// stack is a nested stack: blocks whose key's digest begins with what its name ends in.
type stack struct {
	name   string
	blocks []block
}

func (s stack) path() string { return "nested/" + s.name + ".yaml" }

// id ends in a hexadecimal digit, upper-case, or in Shared, and so is no function's or resource's.
func (s stack) id() string {
	rest, shared := strings.CutPrefix(s.name, "shared")
	if shared {
		return "StackShared" + strings.ToUpper(strings.TrimPrefix(rest, "-"))
	}
	return "Stack" + strings.ToUpper(s.name)
}

// distribute puts each block into the stack of its key's first hexadecimal digit; a stack that does not fit makes way for those
// of one more digit. So a block's stack depends on nothing but its key until a stack is full, and adding a function moves no other.
func distribute(blocks []block, family, prefix string) []stack {
	var groups [16][]block
	for _, b := range blocks {
		digit, _ := strconv.ParseUint(naming.Digest(b.key)[len(prefix):len(prefix)+1], 16, 8)
		groups[digit] = append(groups[digit], b)
	}
	var stacks []stack
	for digit, group := range groups {
		longer := prefix + strconv.FormatInt(int64(digit), 16)
		switch {
		case len(group) == 0:
		case fit(group) || oneKey(group):
			stacks = append(stacks, stack{family + longer, group})
		default:
			stacks = append(stacks, distribute(group, family, longer)...)
		}
	}
	return stacks
}

func oneKey(blocks []block) bool {
	return !slices.ContainsFunc(blocks, func(b block) bool { return b.key != blocks[0].key })
}

// used returns the parameters that the stack's template needs, sorted: what its blocks use and do not hold.
func (s stack) used() []string {
	var names, own []string
	for i := range s.blocks {
		names = append(names, s.blocks[i].uses...)
		own = append(own, s.blocks[i].exports...)
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return slices.Contains(own, name) })
}

// root is the template that deploys the nested ones.
func (l *lowering) root(own []block, stacks []stack) cfn.Template {
	t := l.template(own)
	t.Comment = gogen.Header + "\n\nThe app is more than one template can hold: its functions and resources are in nested/, by the digest of their name.\n" +
		"Deploy, as any template, what this makes of them:\n" +
		"aws cloudformation package --template-file template.yaml --s3-bucket BUCKET --output-template-file packaged.yaml\n" +
		"A stack from before the app was that large has to go first, and so have the tables, the secrets and the protected buckets that it leaves\n" +
		"behind: all names are the same."
	exports := map[string]cfn.GetAtt{}
	for _, s := range stacks {
		for i := range s.blocks {
			for _, name := range s.blocks[i].exports {
				exports[name] = cfn.GetAtt{Resource: s.id(), Attribute: "Outputs." + exported(name)}
			}
		}
	}
	for _, s := range stacks {
		parameters := cfn.Map{}
		for _, name := range s.used() {
			value := cfn.Value(cfn.Ref(name))
			if from, ok := exports[name]; ok {
				value = from
			}
			parameters = append(parameters, cfn.Field{Key: name, Value: value})
		}
		t.Resources = append(t.Resources, cfn.Resource{ID: s.id(), Type: "AWS::CloudFormation::Stack", Properties: cfn.Map{
			{"TemplateURL", cfn.String("./" + s.path())},
			{"Parameters", parameters},
			{"Tags", l.tags},
		}})
	}
	return t
}

// nested is the template of one nested stack. What it needs of other stacks are parameters of the same name.
func (l *lowering) nested(s stack) cfn.Template {
	t := cfn.Template{
		Comment:     gogen.Header + "\n\nDeployed by template.yaml.",
		Description: l.app.Name + ", by isobar: stack " + s.name,
	}
	own := l.parameters()
	for _, name := range s.used() {
		p := cfn.Parameter{ID: name, Type: "String", Description: "Given by template.yaml."}
		if i := slices.IndexFunc(own, func(p cfn.Parameter) bool { return p.ID == name }); i >= 0 {
			p.Type = own[i].Type
		}
		t.Parameters = append(t.Parameters, p)
	}
	contents(&t, s.blocks)
	return t
}
