package aws

import (
	"slices"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/naming"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
)

// What a template may hold: a little less than CloudFormation's 500 resources, 200 outputs and a million bytes.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const (
	maxResources = 450
	maxOutputs   = 190
	maxBytes     = 900_000
)

// An upper bound of a template's size: a resource without the spec's own text takes fewer bytes than resourceBytes.
const resourceBytes = 1_500

// textBytes is an upper bound of what a variable takes: a byte at most four, which is \x00, and a piece of joined text a line.
func textBytes(name, value string) int {
	const escaped, line = 4, 40
	return len(name) + escaped*len(value) + line*(strings.Count(value, "${")+2)
}

// fit tells whether the blocks fit into one template.
func fit(blocks []block) bool {
	var resources, outputs, text int
	for _, b := range blocks {
		resources += len(b.resources)
		outputs += len(b.outputs)
		text += b.text
	}
	return resources <= maxResources && outputs <= maxOutputs && resourceBytes*resources+text <= maxBytes
}

// files are the templates: one, or when the app does not fit, a root with what all share, and nested stacks.
func (l *lowering) files() []file {
	shared, blocks := l.shared(), l.blocks()
	all := append([]block{shared}, blocks...)
	if fit(all) {
		return []file{{"template.yaml", l.single(all)}}
	}
	buckets := distribute(blocks, "")
	files := []file{{"template.yaml", l.root(shared, buckets)}}
	for _, b := range buckets {
		files = append(files, file{b.path(), l.nested(b)})
	}
	return files
}

// bucket is what goes into one nested stack: blocks whose key's digest begins with prefix.
type bucket struct {
	prefix string
	blocks []block
}

func (b bucket) path() string { return "nested/" + b.prefix + ".yaml" }

// id ends in a hexadecimal digit, upper-case, and so is no function's or queue's.
func (b bucket) id() string { return "Stack" + strings.ToUpper(b.prefix) }

// distribute puts each block into the stack of its key's first hexadecimal digit; a stack that does not fit makes way for those
// of one more digit. So a block's stack depends on nothing but its name until a stack is full, and adding a function moves no other.
func distribute(blocks []block, prefix string) []bucket {
	var groups [16][]block
	for _, b := range blocks {
		digit, _ := strconv.ParseUint(naming.Digest(b.key)[len(prefix):len(prefix)+1], 16, 8)
		groups[digit] = append(groups[digit], b)
	}
	var buckets []bucket
	for digit, group := range groups {
		longer := prefix + strconv.FormatInt(int64(digit), 16)
		switch {
		case len(group) == 0:
		case fit(group) || oneKey(group):
			buckets = append(buckets, bucket{longer, group})
		default:
			buckets = append(buckets, distribute(group, longer)...)
		}
	}
	return buckets
}

func oneKey(blocks []block) bool {
	return !slices.ContainsFunc(blocks, func(b block) bool { return b.key != blocks[0].key })
}

// used returns the parameters that the bucket's template needs, sorted.
func (b bucket) used() []string {
	var names []string
	for _, block := range b.blocks {
		names = append(names, block.uses...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// root is the template that deploys the nested ones.
func (l *lowering) root(shared block, buckets []bucket) cfn.Template {
	t := l.single([]block{shared})
	t.Comment = gogen.Header + "\n\nThe app is more than one template can hold: its functions and queues are in nested/, by the digest of their name.\n" +
		"Deploy, as any template, what this makes of them:\n" +
		"aws cloudformation package --template-file template.yaml --s3-bucket BUCKET --output-template-file packaged.yaml\n" +
		"A stack from before the app was that large has to go first: the names of its resources are the same."
	for _, b := range buckets {
		parameters := cfn.Map{}
		for _, name := range b.used() {
			parameters = append(parameters, cfn.Field{Key: name, Value: cfn.Ref(name)})
		}
		t.Resources = append(t.Resources, cfn.Resource{ID: b.id(), Type: "AWS::CloudFormation::Stack", Properties: cfn.Map{
			{"TemplateURL", cfn.String("./" + b.path())},
			{"Parameters", parameters},
			{"Tags", l.tags},
		}})
	}
	return t
}

// nested is the template of one nested stack. What it needs of the root's resources are parameters of the same name.
func (l *lowering) nested(b bucket) cfn.Template {
	t := cfn.Template{
		Comment:     gogen.Header + "\n\nDeployed by template.yaml.",
		Description: l.app.Name + ", by isobar: stack " + b.prefix,
	}
	own := l.parameters()
	for _, name := range b.used() {
		p := cfn.Parameter{ID: name, Type: "String", Description: "Given by template.yaml."}
		if i := slices.IndexFunc(own, func(p cfn.Parameter) bool { return p.ID == name }); i >= 0 {
			p.Type = own[i].Type
		}
		t.Parameters = append(t.Parameters, p)
	}
	contents(&t, b.blocks)
	return t
}
