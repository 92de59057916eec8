package plan_test

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/cron"
)

// TestBuild shows the plan of each spec: every default resolved, everything in name order, every value with its place.
func TestBuild(t *testing.T) {
	golden.Each(t, "testdata/*.txtar", func(t *testing.T, path string, input txtar.File) {
		doc, diags := spec.Load("isobar.yaml", input.Data)
		if diags.HasErrors() {
			t.Fatalf("the archive's spec: %s", diags)
		}
		app := plan.Build(doc, plan.Packages{Root: "example.com/shop", Names: map[string]string{"x": "named"}})
		golden.Txtar(t, path, map[string][]byte{"plan.txt": []byte(render(app))})
	})
}

// render writes a plan as lines, one for each of its values, whatever they are: what the plan has and this does not show cannot be.
// What is empty is left out, and a place stands behind what it is the place of.
func render(app *plan.App) string {
	var b strings.Builder
	write(&b, "", "app", reflect.ValueOf(*app))
	return b.String()
}

func write(b *strings.Builder, indent, name string, v reflect.Value) {
	if v.IsZero() {
		return
	}
	if text, ok := leaf(v); ok {
		fmt.Fprintf(b, "%s%s %s\n", indent, name, text)
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		write(b, indent, name+kind(v), v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			write(b, indent, name, v.Index(i))
		}
	case reflect.Struct:
		fmt.Fprintf(b, "%s%s%s\n", indent, name, place(v))
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.Name != "Pos" {
				write(b, indent+"  ", field.Name, v.Field(i))
			}
		}
	default:
		fmt.Fprintf(b, "%s%s %v\n", indent, name, v)
	}
}

// kind tells which of its types a trigger is.
func kind(v reflect.Value) string {
	if v.Kind() == reflect.Interface {
		return " " + v.Elem().Type().Name()
	}
	return ""
}

// leaf is a value on one line, if it is one.
func leaf(v reflect.Value) (string, bool) {
	switch x := v.Interface().(type) {
	case string:
		return strconv.Quote(x), true
	case time.Duration, cron.Expr:
		return fmt.Sprint(x), true
	case []string:
		return fmt.Sprintf("%q", x), true
	case spec.Segment:
		return fmt.Sprintf("%+v", x), true
	case spec.Node:
		return fmt.Sprint(x.Kind), true
	case spec.Raw:
		return "as it stands", true
	}
	if v.Kind() != reflect.Struct {
		return "", false
	}
	explicit := v.FieldByName("Explicit")
	if !explicit.IsValid() {
		return "", false
	}
	text, _ := leaf(v.FieldByName("Value"))
	if text == "" {
		text = fmt.Sprint(v.FieldByName("Value"))
	}
	if explicit.Bool() {
		return text + place(v), true
	}
	return text + " by default", true
}

func place(v reflect.Value) string {
	if pos := v.FieldByName("Pos"); pos.IsValid() {
		return fmt.Sprintf(" at %v", pos)
	}
	return ""
}
