package aws

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/spec/diag"
)

// include reads further templates, whose sections become part of template.yaml: what they declare and what is generated can refer to each
// other. One that declares what is there already is refused, and so is one that is no template.
func include(l *lowering, p *parts, files []plan.Include) (cfn.Included, diag.List) {
	in := includer{declared: map[string]string{}}
	if len(files) == 0 {
		return in.all, nil
	}
	for _, parameter := range l.parameters() {
		in.declared[parameter.ID] = generated
	}
	for _, rule := range l.settings.rules() {
		in.declared["Rules."+rule.ID] = generated
	}
	if l.app.HasDeadLetters() {
		in.declared["Conditions."+hasAlarms] = generated
	}
	for _, b := range p.all() {
		for i := range b.resources {
			in.declared[b.resources[i].ID] = generated
		}
		for i := range b.outputs {
			in.declared["Outputs."+b.outputs[i].ID] = generated
		}
	}
	for _, f := range files {
		in.file(f)
	}
	return in.all, in.diags
}

const generated = "the generated template"

type includer struct {
	all   cfn.Included
	diags diag.List
	// declared tells where something is, by its ID. Parameters and resources share one namespace, the others have their section's.
	declared map[string]string
}

// logicalID is the form of the names of whatever a template declares.
var logicalID = regexp.MustCompile(`^[A-Za-z0-9]{1,255}$`)

var templateExtensions = []string{".yaml", ".yml", ".json"}

func (in *includer) file(f plan.Include) {
	if !slices.ContainsFunc(templateExtensions, func(ext string) bool { return strings.HasSuffix(f.Path, ext) }) {
		in.diags.Errorf(diag.Include, f.Pos, "%s is no template of CloudFormation", diag.Quote(f.Path)).Hint = "include files that end in .yaml, .yml or .json"
		return
	}
	var doc, more yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(f.Data))
	err := decoder.Decode(&doc)
	if err == nil && !errors.Is(decoder.Decode(&more), io.EOF) {
		err = errors.New("it holds more than one document")
	}
	if err != nil || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		e := in.diags.Errorf(diag.Include, f.Pos, "%s is no template of CloudFormation", diag.Quote(f.Path))
		e.Reason = "it holds no mapping"
		if err != nil && !errors.Is(err, io.EOF) {
			e.Reason = err.Error()
		}
		return
	}
	root := doc.Content[0]
	for i := 0; i+1 < len(root.Content); i += 2 {
		in.section(f.Path, root.Content[i], root.Content[i+1])
	}
}

// section takes the entries of a section.
func (in *includer) section(file string, name, value *yaml.Node) {
	sections := map[string]struct {
		into  *[]cfn.Entry
		space string
	}{
		"Parameters": {&in.all.Parameters, ""}, "Resources": {&in.all.Resources, ""},
		"Rules": {&in.all.Rules, "Rules."}, "Mappings": {&in.all.Mappings, "Mappings."},
		"Conditions": {&in.all.Conditions, "Conditions."}, "Outputs": {&in.all.Outputs, "Outputs."},
	}
	s, ok := sections[name.Value]
	switch {
	case name.Value == "AWSTemplateFormatVersion" || name.Value == "Description":
		return
	case !ok:
		e := in.diags.Errorf(diag.Include, at(file, name), "%s cannot be part of the generated template", diag.Quote(name.Value))
		e.Hint = "include Parameters, Rules, Mappings, Conditions, Resources and Outputs"
		return
	case value.Kind != yaml.MappingNode:
		in.diags.Errorf(diag.Include, at(file, value), "%s wants a mapping", name.Value)
		return
	}
	for i := 0; i+1 < len(value.Content); i += 2 {
		key := value.Content[i]
		id := s.space + key.Value
		if where, taken := in.declared[id]; taken {
			in.diags.Errorf(diag.Include, at(file, key), "%s is in %s already", key.Value, where).Hint = "rename it"
			continue
		}
		if !logicalID.MatchString(key.Value) {
			in.diags.Errorf(diag.Include, at(file, key), "%s is not letters and digits", diag.Quote(key.Value)).Hint = "rename it"
			continue
		}
		in.declared[id] = file
		comment := ""
		if i == 0 {
			comment = "From " + file
		}
		*s.into = append(*s.into, cfn.Entry{ID: key.Value, Comment: comment, Value: in.value(file, value.Content[i+1], 0)})
	}
}

func at(file string, n *yaml.Node) diag.Position {
	return diag.Position{File: file, Line: n.Line, Column: n.Column}
}

// deepest is how deep values may be nested.
const deepest = 64

// value is a value as it stands in a file; functions in their long form.
func (in *includer) value(file string, n *yaml.Node, depth int) cfn.Value {
	if n.Kind == yaml.AliasNode || depth > deepest {
		in.diags.Errorf(diag.Include, at(file, n), "aliases, and values nested more than %d deep, cannot be included", deepest).Hint = "write the value out"
		return nil
	}
	if function, ok := strings.CutPrefix(n.Tag, "!"); ok && !strings.HasPrefix(function, "!") && function != "" {
		return in.function(file, function, n, depth)
	}
	return in.plain(file, n, depth)
}

// function is a function in its short form.
func (in *includer) function(file, name string, n *yaml.Node, depth int) cfn.Value {
	argument := in.plain(file, n, depth)
	switch {
	case name == "Ref" || name == "Condition":
		return cfn.Map{{name, argument}}
	case name == "GetAtt" && n.Kind == yaml.ScalarNode:
		resource, attribute, _ := strings.Cut(n.Value, ".")
		argument = cfn.Strings(resource, attribute)
	}
	return cfn.Map{{"Fn::" + name, argument}}
}

// decimal is a number that every reader takes for the same.
var decimal = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?$`)

func (in *includer) plain(file string, n *yaml.Node, depth int) cfn.Value {
	switch n.Kind {
	case yaml.MappingNode:
		m := make(cfn.Map, 0, len(n.Content)/2)
		var seen []string
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" || slices.Contains(seen, key.Value) {
				in.diags.Errorf(diag.Include, at(file, key), "a key is a text, and stands once")
				continue
			}
			seen = append(seen, key.Value)
			m = append(m, cfn.Field{Key: key.Value, Value: in.value(file, n.Content[i+1], depth+1)})
		}
		return m
	case yaml.SequenceNode:
		list := make(cfn.List, len(n.Content))
		for i, item := range n.Content {
			list[i] = in.value(file, item, depth+1)
		}
		return list
	}
	return scalar(n)
}

// scalar is a scalar in the type that it has when it is written plainly, and otherwise text.
func scalar(n *yaml.Node) cfn.Value {
	isPlain := n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
	switch {
	case !isPlain:
	case n.Tag == "!!null":
		return nil
	case n.Value == "true" || n.Value == "false":
		return cfn.Bool(n.Value == "true")
	case decimal.MatchString(n.Value):
		if i, err := strconv.Atoi(n.Value); err == nil {
			return cfn.Int(i)
		}
		f, _ := strconv.ParseFloat(n.Value, 64)
		return cfn.Float(f)
	}
	return cfn.String(n.Value)
}
