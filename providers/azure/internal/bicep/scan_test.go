package bicep_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
)

func TestScan(t *testing.T) {
	for name, tc := range map[string]struct {
		source string
		want   []bicep.Declaration
	}{
		"nothing":                 {"// nothing\n", nil},
		"a param":                 {"param a string\n", []bicep.Declaration{{Keyword: "param", Name: "a", Line: 1, Column: 1}}},
		"a param with a default":  {"\n  param a string = 'x'\n", []bicep.Declaration{{Keyword: "param", Name: "a", Default: true, Line: 2, Column: 3}}},
		"a default of many lines": {"param a object = {\n  b: 1\n}\n", []bicep.Declaration{{Keyword: "param", Name: "a", Default: true, Line: 1, Column: 1}}},
		"a decorated param":       {"@description('param b string')\n@allowed([\n  'x'\n])\nparam a 'x' | 'y'\n", []bicep.Declaration{{Keyword: "param", Name: "a", Line: 5, Column: 1}}},
		"a module":                {"module a 'b/c.bicep' = {\n  name: 'x'\n}\n", []bicep.Declaration{{Keyword: "module", Name: "a", Text: "b/c.bicep", Line: 1, Column: 1}}},
		"a scope":                 {"targetScope = 'tenant'\n", []bicep.Declaration{{Keyword: "targetScope", Text: "tenant", Line: 1, Column: 1}}},
		"within brackets":         {"var a = {\n  param: 1\n  x: [\nparam b string\n  ]\n}\n", nil},
		"within texts":            {"var a = '''\nparam b string\n'''\nvar c = 'it\\'s ${d('param ${e} }')} {'\n", nil},
		"within comments":         {"/*\nparam a string\n*/ var b = 1 // param c string\n", nil},
		"another word":            {"parameters a string\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := bicep.Scan([]byte(tc.source))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestScanFails(t *testing.T) {
	for source, want := range map[string]string{
		"var a = (":            "1:9: '(' is not closed",
		"\nvar a = (]":         "2:10: ']' closes nothing",
		"var a = 'x":           "1:10: a text does not end on its line",
		"var a = 'x ${b} y\n'": "1:16: a text does not end on its line",
		"var a = 'x ${b":       "1:13: '{' is not closed",
		"var a = '''\nx":       "1:9: a text does not end",
		"/* a":                 "1:1: a comment does not end",
	} {
		_, err := bicep.Scan([]byte(source))
		var syntax *bicep.SyntaxError
		if !errors.As(err, &syntax) || syntax.Error() != want {
			t.Errorf("%q gives %v, want %s", source, err, want)
		}
	}
}

// Whatever a file is, it is read to its end, and every place is in it.
func FuzzScan(f *testing.F) {
	f.Add(sample.Append(nil))
	f.Add([]byte("param a string\n'${'${'"))
	f.Add([]byte("/*'''*/\nmodule a 'b' = {\n}\n"))
	f.Fuzz(func(t *testing.T, source []byte) {
		found, err := bicep.Scan(source)
		var syntax *bicep.SyntaxError
		if err != nil && (!errors.As(err, &syntax) || found != nil || syntax.Line < 1 || syntax.Column < 1) {
			t.Errorf("%v, %v", found, err)
		}
		for i, d := range found {
			if d.Line < 1 || d.Column < 1 || i > 0 && d.Line <= found[i-1].Line {
				t.Errorf("%+v is at no place", d)
			}
		}
	})
}
