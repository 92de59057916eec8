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
	// Of what the document itself must have, Validate says more.
	if f.required && d.depth > 1 && v.Kind() == reflect.Slice && v.Len() == 0 {
		d.diags.Errorf(diag.InvalidValue, pos, "%s is empty", f.key)
	}
	switch value := v.Addr().Interface().(type) {
	case *Int:
		if f.min != nil && value.Value < *f.min {
			d.diags.Errorf(diag.InvalidValue, value.Pos, "%s is at least %d, found %d", f.key, *f.min, value.Value)
		}
		if f.max != nil && value.Value > *f.max {
			d.diags.Errorf(diag.InvalidValue, value.Pos, "%s is at most %d, found %d", f.key, *f.max, value.Value)
		}
	case *Text:
		d.constrainText(f, *value)
	case *List[Text]:
		for _, t := range *value {
			d.constrainText(f, t)
		}
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
		suggestion := diag.DidYouMean(t.Value, f.allowed)
		if suggestion == "" {
			suggestion = diag.DidYouMean(strings.ToUpper(t.Value), f.allowed)
		}
		e.Message += suggestion
	}
}
