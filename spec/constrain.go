package spec

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/spec/diag"
)

// inline is the tag of the field, a Raw, that takes the keys for which there is no other.
const inline = ",inline"

// field is a key of a struct of the model, with what its tag says of the value.
type field struct {
	key      string
	index    int
	required bool
	allowed  []string // of a text; any when empty
	pattern  *regexp.Regexp
	min, max *int // of a number
}

// fieldsOf reads the tags of a struct, once for each type.
func (d *decoder) fieldsOf(t reflect.Type) []field {
	if fields, ok := d.types[t]; ok {
		return fields
	}
	var fields []field
	for i := range t.NumField() {
		key := t.Field(i).Tag.Get("yaml")
		if key == "" || key == "-" || key == inline {
			continue
		}
		f := field{key: key, index: i}
		for part := range strings.SplitSeq(t.Field(i).Tag.Get("jsonschema"), ",") {
			f.constraint(part)
		}
		fields = append(fields, f)
	}
	if d.types == nil {
		d.types = map[reflect.Type][]field{}
	}
	d.types[t] = fields
	return fields
}

// constraint reads one part of a jsonschema tag.
func (f *field) constraint(part string) {
	name, arg, _ := strings.Cut(part, "=")
	switch name {
	case "required":
		f.required = true
	case "enum":
		f.allowed = append(f.allowed, arg)
	case "pattern":
		f.pattern = regexp.MustCompile(arg)
	case "minimum", "maximum":
		n, _ := strconv.Atoi(arg) // a tag is part of this program
		if name == "minimum" {
			f.min = &n
		} else {
			f.max = &n
		}
	}
}

// constrain checks what a field's tag says of the value, the same that the JSON Schema carries.
func (d *decoder) constrain(f field, v reflect.Value, pos diag.Position) {
	if v.Kind() == reflect.Slice && v.Len() == 0 && (f.required || len(f.allowed) > 0) {
		d.empty(f, pos)
	}
	switch value := v.Addr().Interface().(type) {
	case *Int:
		switch {
		case f.min != nil && value.Value < *f.min:
			d.diags.Errorf(diag.InvalidValue, value.Pos, "%s is at least %d, found %d", f.key, *f.min, value.Value)
		case f.max != nil && value.Value > *f.max:
			d.diags.Errorf(diag.InvalidValue, value.Pos, "%s is at most %d, found %d", f.key, *f.max, value.Value)
		default:
			return
		}
		value.Value = 0 // so that nothing else is said of it
	case *Text:
		if f.required && d.depth > 1 && !value.IsSet() {
			d.diags.Errorf(diag.InvalidValue, value.Pos, "%s is empty", f.key).Hint = examples[f.key]
			return
		}
		d.constrainText(f, *value)
	case *List[Text]:
		for _, t := range *value {
			d.constrainText(f, t)
		}
	}
}

// empty reports what must have something in it.
func (d *decoder) empty(f field, pos diag.Position) {
	switch {
	case f.key == "targets":
		d.diags.Errorf(diag.NoTarget, pos, "the spec names no target").Hint = examples[f.key]
	case f.key == "functions":
		d.diags.Errorf(diag.MissingKey, pos, "the spec has no function").Hint = examples[f.key]
	case f.required:
		d.diags.Errorf(diag.InvalidValue, pos, "%s is empty", f.key).Hint = examples[f.key]
	default:
		d.diags.Errorf(diag.InvalidValue, pos, "%s is empty", f.key).Hint = "name " + oneOf(f.allowed) + ", or leave it out"
	}
}

func (d *decoder) constrainText(f field, t Text) {
	if f.pattern != nil && !f.pattern.MatchString(t.Value) {
		d.diags.Errorf(diag.InvalidValue, t.Pos, "%s %s does not have the form %s", f.key, diag.Quote(t.Value), f.pattern)
	}
	if len(f.allowed) == 0 || slices.Contains(f.allowed, t.Value) {
		return
	}
	code := diag.InvalidValue
	if f.key == "isobar" {
		code = diag.Version
	}
	e := d.diags.Errorf(code, t.Pos, "%s is %s, found %s", f.key, oneOf(f.allowed), diag.Quote(t.Value))
	if f.key == "isobar" {
		e.Hint = "this tool reads version v1 of the language"
	} else {
		e.Message += diag.DidYouMean(t.Value, f.allowed)
		e.Hint = hintOf(f.key, t.Value)
	}
}
