package cfn

import (
	"strconv"
	"strings"
	"unicode"
)

// AppendYAML appends the template to b as YAML, and returns the extended slice.
func (t *Template) AppendYAML(b []byte) []byte {
	p := printer{b: b}
	p.comment(0, t.Comment)
	if t.Comment != "" {
		p.blank()
	}
	p.field(0, "AWSTemplateFormatVersion", String("2010-09-09"))
	p.field(0, "Description", text(t.Description))
	p.parameters(t)
	p.rules(t)
	p.entries("Mappings", 0, t.Included.Mappings)
	p.entries("Conditions", 0, append(t.Conditions, t.Included.Conditions...))
	p.section("Resources")
	for i := range t.Resources {
		p.entry(i, t.Resources[i].ID, t.Resources[i].Comment, t.Resources[i].fields())
	}
	p.entries("", len(t.Resources), t.Included.Resources)
	p.outputs(t)
	return p.b
}

func (p *printer) parameters(t *Template) {
	if len(t.Parameters) > 0 {
		p.section("Parameters")
	}
	for i := range t.Parameters {
		p.entry(i, t.Parameters[i].ID, "", t.Parameters[i].fields())
	}
	p.entries("Parameters", len(t.Parameters), t.Included.Parameters)
}

func (p *printer) rules(t *Template) {
	if len(t.Rules) > 0 {
		p.section("Rules")
	}
	for i, r := range t.Rules {
		p.entry(i, r.ID, r.Comment, Map{{"Assertions", List{Map{{"Assert", r.Assert}, {"AssertDescription", text(r.Description)}}}}})
	}
	p.entries("Rules", len(t.Rules), t.Included.Rules)
}

func (p *printer) outputs(t *Template) {
	if len(t.Outputs) > 0 {
		p.section("Outputs")
	}
	for i, o := range t.Outputs {
		p.entry(i, o.ID, "", Map{{"Description", text(o.Description)}, {"Value", o.Value}})
	}
	p.entries("Outputs", len(t.Outputs), t.Included.Outputs)
}

func (q *Parameter) fields() Map {
	return Map{
		{"Description", text(q.Description)},
		{"Type", String(q.Type)},
		{"Default", q.Default},
		{"AllowedPattern", text(q.AllowedPattern)},
		{"AllowedValues", list(q.AllowedValues)},
		{"ConstraintDescription", text(q.ConstraintDescription)},
	}
}

func (r *Resource) fields() Map {
	m := append(Map{{"Type", String(r.Type)}}, r.Attributes...)
	if len(r.Properties) > 0 {
		m = append(m, Field{"Properties", r.Properties})
	}
	return m
}

// text is a value for what is not empty.
func text(s string) Value {
	if s == "" {
		return nil
	}
	return String(s)
}

// list is a value for what is not empty.
func list(l List) Value {
	if len(l) == 0 {
		return nil
	}
	return l
}

// printer appends YAML in block style. Every method ends with a newline, unless it says otherwise.
type printer struct{ b []byte }

func (p *printer) blank() { p.b = append(p.b, '\n') }

func (p *printer) section(name string) {
	p.blank()
	p.b = append(append(p.b, name...), ":\n"...)
}

// entries prints those of a section in which some stand already.
func (p *printer) entries(section string, above int, entries []Entry) {
	if above == 0 && len(entries) > 0 && section != "" {
		p.section(section)
	}
	for i, e := range entries {
		p.entry(above+i, e.ID, e.Comment, e.Value)
	}
}

// entry prints an entry of a section: all but the first have a blank line above.
func (p *printer) entry(i int, id, comment string, fields Value) {
	if i > 0 {
		p.blank()
	}
	p.comment(1, comment)
	p.field(1, id, fields)
}

func (p *printer) comment(depth int, text string) {
	if text == "" {
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		p.indent(depth)
		p.b = append(p.b, '#')
		if line != "" {
			p.b = append(p.b, ' ')
			p.b = append(p.b, strings.Map(printable, line)...)
		}
		p.blank()
	}
}

// printable keeps what a YAML reader takes for a line break, and all else that does not show, out of comments.
func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return ' '
}

const spaces = "                                                                "

func (p *printer) indent(depth int) {
	n := 2 * depth
	for ; n > len(spaces); n -= len(spaces) {
		p.b = append(p.b, spaces...)
	}
	p.b = append(p.b, spaces[:n]...)
}

func (p *printer) field(depth int, key string, v Value) {
	if v == nil {
		return
	}
	p.indent(depth)
	p.key(depth, key, v)
}

// key prints a key with its value behind an indent that is there already.
func (p *printer) key(depth int, key string, v Value) {
	p.b = append(appendScalar(p.b, key), ':')
	switch v := v.(type) {
	case Map:
		if v.isEmpty() {
			p.b = append(p.b, " {}\n"...)
			return
		}
		p.blank()
		for _, f := range v {
			p.field(depth+1, f.Key, f.Value)
		}
	case List:
		if v.isFlow() {
			p.b = append(p.b, ' ')
			p.flow(v)
			return
		}
		p.blank()
		for _, item := range v {
			p.item(depth+1, item)
		}
	case Block:
		p.block(depth, v)
	default:
		p.b = append(p.b, ' ')
		p.scalar(v)
	}
}

// block prints text line by line. Text in which there is what would not show, or a line that begins or ends in a space where that would
// be taken for the block's own, is printed as any other.
func (p *printer) block(depth int, text Block) {
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		odd := line == "" || line != strings.TrimRight(line, " ") || strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) })
		if odd || i == 0 && line[0] == ' ' {
			p.b = append(p.b, ' ')
			p.scalar(String(text))
			return
		}
	}
	p.b = append(p.b, " |-\n"...)
	for _, line := range lines {
		p.indent(depth + 1)
		p.b = append(append(p.b, line...), '\n')
	}
}

// item prints an element of a list. What an element holds begins on its own line.
func (p *printer) item(depth int, v Value) {
	p.indent(depth)
	p.b = append(p.b, "- "...)
	p.element(depth+1, v)
}

// element prints a value behind "- ", which stands in for the indent of its first line.
func (p *printer) element(depth int, v Value) {
	switch v := v.(type) {
	case Map:
		if v.isEmpty() {
			p.b = append(p.b, "{}\n"...)
			return
		}
		first := true
		for _, f := range v {
			if f.Value == nil {
				continue
			}
			if !first {
				p.indent(depth)
			}
			first = false
			p.key(depth, f.Key, f.Value)
		}
	case List:
		if v.isFlow() {
			p.flow(v)
			return
		}
		for i, item := range v {
			if i > 0 {
				p.indent(depth)
			}
			p.b = append(p.b, "- "...)
			p.element(depth+1, item)
		}
	default:
		p.scalar(v)
	}
}

// isFlow tells whether a list reads best on one line: it is empty, or of numbers.
func (l List) isFlow() bool {
	for _, item := range l {
		if _, ok := item.(Int); !ok {
			return false
		}
	}
	return true
}

func (p *printer) flow(l List) {
	p.b = append(p.b, '[')
	for i, item := range l {
		if i > 0 {
			p.b = append(p.b, ", "...)
		}
		n, _ := item.(Int)
		p.b = strconv.AppendInt(p.b, int64(n), 10)
	}
	p.b = append(p.b, "]\n"...)
}

func (m Map) isEmpty() bool {
	for _, f := range m {
		if f.Value != nil {
			return false
		}
	}
	return true
}

func (p *printer) scalar(v Value) {
	switch v := v.(type) {
	case String:
		p.b = appendScalar(p.b, string(v))
	case Block:
		p.b = appendScalar(p.b, string(v))
	case Int:
		p.b = strconv.AppendInt(p.b, int64(v), 10)
	case Float:
		p.b = strconv.AppendFloat(p.b, float64(v), 'f', -1, 64)
	case Bool:
		p.b = strconv.AppendBool(p.b, bool(v))
	case Ref:
		p.b = appendScalar(append(p.b, "!Ref "...), string(v))
	case GetAtt:
		p.b = appendScalar(append(p.b, "!GetAtt "...), v.Resource+"."+v.Attribute)
	case Sub:
		p.b = appendScalar(append(p.b, "!Sub "...), v.text())
	case nil:
		p.b = append(p.b, "null"...)
	}
	p.blank()
}

// text is the Sub in CloudFormation's own notation, in which ${! is a literal ${.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html
func (s Sub) text() string {
	var b strings.Builder
	dollar := false // the literal text so far ends in a dollar sign
	for _, part := range s {
		switch part := part.(type) {
		case String:
			for i := range len(part) {
				b.WriteByte(part[i])
				if dollar && part[i] == '{' {
					b.WriteByte('!')
				}
				dollar = part[i] == '$'
			}
			continue
		case Ref:
			b.WriteString("${" + string(part) + "}")
		case GetAtt:
			b.WriteString("${" + part.Resource + "." + part.Attribute + "}")
		}
		dollar = false
	}
	return b.String()
}
