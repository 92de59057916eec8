package hcl_test

import (
	"strings"
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
				ours.Attr{Name: "fraction", Value: ours.Float(1.5)},
				ours.Attr{Name: "computed", Value: ours.Template{ours.Call{Name: "max", Args: []ours.Value{ours.Ref("var.memory"), ours.Int(512)}}, ours.Str("Mi")}},
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
		rapid.SampledFrom([]string{"${a}", "$${a}", "%{ if x }", "%%{", "$", "%", "$$", "\\", `\"`, "\"", "\n", "\r\n", "\x00", "{", "\u2028", "\ufeff", "\u202e", "\U000e0001", "é"}),
		rapid.StringMatching(`[$%{}"\\n ]{0,12}`),
	)
	rapid.Check(t, func(t *rapid.T) {
		s, before, after := text.Draw(t, "text"), text.Draw(t, "before"), text.Draw(t, "after")
		file := ours.File{Blocks: []ours.Block{{Type: "b", Body: []ours.Item{
			ours.Attr{Name: "text", Value: ours.Str(s)},
			ours.Attr{Name: "list", Value: ours.List{ours.Str(s), ours.Str(before)}},
			ours.Attr{Name: "map", Value: ours.Map{{Name: "k" + s, Value: ours.Str(s)}}},
			ours.Attr{Name: "template", Value: ours.Template{ours.Str(before), ours.Ref("x"), ours.Str(after)}},
			ours.Attr{Name: "neighbours", Value: ours.Template{ours.Str(before), ours.Str(after), ours.Ref("x")}},
		}}}}
		attrs := evaluate(t, file.Bytes())
		for name, want := range map[string]cty.Value{
			"text":     cty.StringVal(s),
			"list":     cty.TupleVal([]cty.Value{cty.StringVal(s), cty.StringVal(before)}),
			"map":      cty.ObjectVal(map[string]cty.Value{cty.StringVal("k" + s).AsString(): cty.StringVal(s)}),
			"template": cty.StringVal(before + "X" + after),

			"neighbours": cty.StringVal(before + after + "X"),
		} {
			if got := attrs[name]; !got.RawEquals(want) {
				t.Fatalf("%s is %#v, want %#v, in\n%s", name, got, want, file.Bytes())
			}
		}
	})
}

// TestCommentsStayComments prints a comment in which a line would be code.
func TestCommentsStayComments(t *testing.T) {
	const hostile = "one\nresource \"x\" \"y\" {}\n\n*/ /* three"
	source := ours.File{Comment: hostile, Blocks: []ours.Block{{Comment: hostile, Type: "b", Body: []ours.Item{
		ours.Block{Comment: hostile, Type: "c"},
	}}}}.Bytes()
	parsed, diags := hclsyntax.ParseConfig(source, "test.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s\n%s", diags, source)
	}
	outer := parsed.Body.(*hclsyntax.Body).Blocks
	if len(outer) != 1 || len(outer[0].Body.Blocks) != 1 {
		t.Errorf("a comment made blocks:\n%s", source)
	}
}

// TestUnseenCharactersShow wants what a reviewer cannot see, or sees in another order than it stands in, escaped.
func TestUnseenCharactersShow(t *testing.T) {
	for text, want := range map[string]string{
		"a\u202eb":     `"a\u202eb"`, // the rest of the line would be shown right to left
		"a\u200bb":     `"a\u200bb"`,
		"a\u00a0b":     `"a\u00a0b"`,
		"a\U000e0001b": `"a\U000e0001b"`,
		"Straße, 東京":   `"Straße, 東京"`,
	} {
		source := string(ours.File{Blocks: []ours.Block{{Type: "b", Body: []ours.Item{ours.Attr{Name: "text", Value: ours.Str(text)}}}}}.Bytes())
		if !strings.Contains(source, "text = "+want+"\n") {
			t.Errorf("%q is printed as\n%s", text, source)
		}
	}
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
