package hcl_test

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/isobar-dev/isobar/internal/golden"
	ours "github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
)

func sample() ours.File {
	return ours.File{
		Comment: "Two lines,\n\nand an empty one.",
		Blocks: []ours.Block{
			{Type: "terraform", Body: []ours.Item{
				ours.Attr{Name: "required_version", Value: ours.Str(">= 1.5")},
				ours.Block{Type: "required_providers", Body: []ours.Item{
					ours.Attr{Name: "google", Value: ours.Map{{Name: "source", Value: ours.Str("hashicorp/google")}, {Name: "version", Value: ours.Str("~> 7.0")}}},
				}},
			}},
			{Comment: "A topic.", Type: "resource", Labels: []string{"google_pubsub_topic", "orders"}, Body: []ours.Item{
				ours.Attr{Name: "name", Value: ours.Template{ours.Ref("local.prefix"), ours.Str("-orders")}},
				ours.Attr{Name: "number", Value: ours.Int(-3)},
				ours.Attr{Name: "left_out"},
				ours.Attr{Name: "a_longer_name", Value: ours.Bool(true)},
				ours.Attr{Name: "one", Value: ours.List{ours.Str("a")}},
				ours.Attr{Name: "none", Value: ours.List{}},
				ours.Attr{Name: "empty", Value: ours.Map{}},
				ours.Attr{Name: "services", Value: ours.Call{Name: "toset", Args: []ours.Value{ours.List{ours.Str("a"), ours.Str("b")}}}},
				ours.Attr{Name: "labels", Value: ours.Map{{Name: "isobar-app", Value: ours.Str("shop")}, {Name: "1 odd key", Value: ours.Ref("var.stage")}}},
				ours.Attr{Name: "after", Value: ours.Str("x")},
				ours.Block{Type: "policy", Body: []ours.Item{ours.Attr{Name: "ttl", Value: ours.Str("")}}},
				ours.Attr{Name: "last", Value: ours.Int(1)},
				nil,
			}},
		},
	}
}

func TestPrint(t *testing.T) {
	golden.Check(t, "testdata/sample.tf", sample().Bytes())
}

// TestPrintsAsTheFormatterWould asks the formatter that terraform fmt is made of.
func TestPrintsAsTheFormatterWould(t *testing.T) {
	got := sample().Bytes()
	if want := hclwrite.Format(got); string(want) != string(got) {
		t.Errorf("printed\n%s\nformatted\n%s", got, want)
	}
}

// TestTextsMeanThemselves prints any text in every place where one can stand, and has HCL evaluate it.
func TestTextsMeanThemselves(t *testing.T) {
	text := rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom([]string{"${a}", "$${a}", "%{ if x }", "%%{", "$", "%", "$$", "\\", `\"`, "\"", "\n", "\r\n", "\x00", "{", "\u2028", "\ufeff", "é"}),
		rapid.StringMatching(`[$%{}"\\n ]{0,12}`),
	)
	rapid.Check(t, func(t *rapid.T) {
		s, before, after := text.Draw(t, "text"), text.Draw(t, "before"), text.Draw(t, "after")
		file := ours.File{Blocks: []ours.Block{{Type: "b", Body: []ours.Item{
			ours.Attr{Name: "text", Value: ours.Str(s)},
			ours.Attr{Name: "list", Value: ours.List{ours.Str(s), ours.Str(before)}},
			ours.Attr{Name: "map", Value: ours.Map{{Name: "k" + s, Value: ours.Str(s)}}},
			ours.Attr{Name: "template", Value: ours.Template{ours.Str(before), ours.Ref("x"), ours.Str(after)}},
		}}}}
		attrs := evaluate(t, file.Bytes())
		for name, want := range map[string]cty.Value{
			"text":     cty.StringVal(s),
			"list":     cty.TupleVal([]cty.Value{cty.StringVal(s), cty.StringVal(before)}),
			"map":      cty.ObjectVal(map[string]cty.Value{cty.StringVal("k" + s).AsString(): cty.StringVal(s)}),
			"template": cty.StringVal(before + "X" + after),
		} {
			if got := attrs[name]; !got.RawEquals(want) {
				t.Fatalf("%s is %#v, want %#v, in\n%s", name, got, want, file.Bytes())
			}
		}
	})
}

func evaluate(t *rapid.T, source []byte) map[string]cty.Value {
	parsed, diags := hclsyntax.ParseConfig(source, "test.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s\n%s", diags, source)
	}
	values := map[string]cty.Value{}
	scope := &hcl.EvalContext{Variables: map[string]cty.Value{"x": cty.StringVal("X")}}
	for name, a := range parsed.Body.(*hclsyntax.Body).Blocks[0].Body.Attributes {
		v, diags := a.Expr.Value(scope)
		if diags.HasErrors() {
			t.Fatalf("%s\n%s", diags, source)
		}
		values[name] = v
	}
	return values
}
