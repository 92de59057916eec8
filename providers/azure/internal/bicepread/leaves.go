package bicepread

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Limits on what names may stand for.
const (
	maxResolve = 16
	maxWithin  = 6 // texts within texts
	maxLeaves  = 1 << 20
)

// Leaf is a value that is neither a mapping nor a list.
type Leaf struct {
	// Path is that of change.Property.
	Path string
	// Value is the text of a literal. What is not known before a deployment stands in ${}; a ${ that is meant is \${.
	Value string
	// Ref is the symbol of the resource that the value is of; empty when it is of none.
	Ref string
}

// Scope is what names of a file stand for.
type Scope struct {
	names     map[string]*Value
	resources map[string]bool
	count     int
}

// NewScope returns the scope of a file. Values that are given take the place of defaults; the unknown have none.
func NewScope(file []Declaration, given map[string]*Value, unknown ...string) *Scope {
	s := &Scope{names: map[string]*Value{}, resources: map[string]bool{}}
	for _, d := range file {
		switch {
		case d.Keyword == "resource" || d.Keyword == "module":
			s.resources[d.Name] = true
		case (d.Keyword == "var" || d.Keyword == "param") && d.Value != nil:
			s.names[d.Name] = d.Value
		}
	}
	for _, name := range unknown {
		delete(s.names, name)
	}
	for name, v := range given {
		s.names[name] = v
	}
	return s
}

// Leaves returns all leaves of a value, in no order.
func (s *Scope) Leaves(v *Value) []Leaf {
	w := walker{Scope: s}
	w.value("", v, 0)
	return w.leaves
}

// Known is a value as another file is given it.
func (s *Scope) Known(v *Value) *Value {
	v = s.resolve(v)
	if v.Kind == List || v.Kind == Mapping {
		return v
	}
	text, ref := s.text(v, 0)
	return &Value{Kind: Known, Raw: text, Ref: ref}
}

// Text is the text of a value.
func (s *Scope) Text(v *Value) string {
	text, _ := s.text(v, 0)
	return text
}

// Ref is the symbol that an expression begins with, if a resource has it.
func (s *Scope) Ref(raw string) string {
	if symbol := leading.FindString(raw); s.resources[symbol] {
		return symbol
	}
	return ""
}

var (
	leading = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*`)
	path    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`)
	plain   = regexp.MustCompile(`^(-?[0-9]+|true|false|null)$`)
)

type walker struct {
	*Scope
	leaves []Leaf
}

func (w *walker) add(path, value, ref string) {
	w.leaves = append(w.leaves, Leaf{path, value, ref})
}

func join(path, key string) string {
	if strings.ContainsAny(key, ".[]") {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

func (w *walker) value(path string, v *Value, depth int) {
	v = w.resolve(v)
	w.count++
	switch {
	case depth > maxNesting || w.count > maxLeaves:
	case v.Kind == Mapping:
		if len(v.Fields) == 0 {
			w.add(path, "{}", "")
		}
		for _, f := range v.Fields {
			w.value(join(path, f.Key), f.Value, depth+1)
		}
	case v.Kind == List:
		w.list(path, v, depth)
	default:
		text, ref := w.text(v, 0)
		w.add(path, text, ref)
	}
}

func (w *walker) list(path string, v *Value, depth int) {
	if len(v.Items) == 0 {
		w.add(path, "[]", "")
		return
	}
	plain := !slices.ContainsFunc(v.Items, func(item *Value) bool { k := w.resolve(item).Kind; return k == List || k == Mapping })
	key := w.keyOf(v.Items)
	for i, item := range v.Items {
		at := path + "[" + strconv.Itoa(i) + "]"
		switch {
		case plain:
			at = path + "[]"
		case key != "":
			at = path + "[" + w.Text(child(w.resolve(item), key)) + "]"
		}
		w.value(at, item, depth+1)
	}
}

// keys are the keys by which items of lists are told apart, the first one that all items have, each with a value of its own.
var keys = []string{"name", "path", "locationName"}

func (w *walker) keyOf(items []*Value) string {
	for _, key := range keys {
		seen := map[string]bool{}
		for _, item := range items {
			if v := child(w.resolve(item), key); v != nil {
				if text := w.Text(v); !strings.ContainsAny(text, "[].") {
					seen[text] = true
				}
			}
		}
		if len(seen) == len(items) {
			return key
		}
	}
	return ""
}

func child(v *Value, key string) *Value {
	for _, f := range v.Fields {
		if f.Key == key {
			return f.Value
		}
	}
	return nil
}

// resolve follows names of the file to what they stand for.
func (s *Scope) resolve(v *Value) *Value {
	for range maxResolve {
		if v.Kind != Expression || !path.MatchString(v.Raw) {
			return v
		}
		names := strings.Split(v.Raw, ".")
		known := s.names[names[0]]
		for _, name := range names[1:] {
			if known != nil {
				known = child(s.resolveOnce(known), name)
			}
		}
		if known == nil {
			return v
		}
		v = known
	}
	return v
}

// resolveOnce follows a name that stands for another one.
func (s *Scope) resolveOnce(v *Value) *Value {
	if known := s.names[v.Raw]; v.Kind == Expression && known != nil {
		return known
	}
	return v
}

func (s *Scope) text(v *Value, depth int) (text, ref string) {
	v = s.resolve(v)
	switch {
	case v.Kind == Text:
		var b strings.Builder
		for _, p := range v.Parts {
			if !p.Expression {
				b.WriteString(strings.ReplaceAll(p.Text, "${", `\${`))
				continue
			}
			inner, of := "${"+p.Text+"}", s.Ref(p.Text)
			if s.count++; depth < maxWithin && s.count < maxLeaves {
				inner, of = s.text(&Value{Raw: p.Text}, depth+1)
			}
			b.WriteString(inner)
			if ref == "" {
				ref = of
			}
		}
		return b.String(), ref
	case v.Kind == Known:
		return v.Raw, v.Ref
	case v.Kind == Expression && plain.MatchString(v.Raw):
		return v.Raw, ""
	case v.Kind == Expression:
		return "${" + v.Raw + "}", s.Ref(v.Raw)
	}
	return "", ""
}
