package view_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/view"
	"github.com/isobar-dev/isobar/spec/diag"
)

// What is said in colour is the same as without, and a line of the spec cannot move the cursor.
func TestColour(t *testing.T) {
	source := []byte("first\nname: \x1b[2Jshop\twith é\n")
	list := diag.List{{
		Code: diag.InvalidName, Pos: diag.Position{File: "isobar.yaml", Line: 2, Column: 7}, Message: "no", Reason: "because", Hint: "mend it",
		Related: []diag.Related{{Pos: diag.Position{File: "isobar.yaml", Line: 1, Column: 1}, Message: "first here"}},
	}, {Severity: diag.Warning, Code: diag.Degraded, Pos: diag.Position{File: "isobar.yaml"}, Message: "careful"}}
	shown := map[bool]string{}
	for _, colour := range []bool{false, true} {
		var out, errs bytes.Buffer
		v, err := view.New("human", view.Streams{Out: &out, Err: &errs, Color: colour, Source: "isobar.yaml"})
		if err != nil {
			t.Fatal(err)
		}
		v.Diagnostics(list, source)
		if out.Len() > 0 {
			t.Errorf("diagnostics are results: %s", &out)
		}
		shown[colour] = errs.String()
	}
	const want = `isobar.yaml:2:7: error ISO0207: no
    2 | name:  [2Jshop with é
      |       ^
    because
    hint: mend it
    isobar.yaml:1:1: first here
isobar.yaml: warning ISO0402: careful

1 error, 1 warning
`
	if shown[false] != want {
		t.Errorf("got\n%s\nwant\n%s", shown[false], want)
	}
	for _, code := range []string{"\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"} {
		if !strings.Contains(shown[true], code) {
			t.Errorf("%q is not used", code)
		}
		shown[true] = strings.ReplaceAll(shown[true], code, "")
	}
	if shown[true] != want {
		t.Errorf("without its colours it reads\n%s", shown[true])
	}
}

// A text of the spec can begin no workflow command of its own.
func TestWorkflowCommandsAreEscaped(t *testing.T) {
	var out, errs bytes.Buffer
	v, err := view.New("github", view.Streams{Out: &out, Err: &errs})
	if err != nil {
		t.Fatal(err)
	}
	v.Diagnostics(diag.List{{
		Code: diag.InvalidName, Pos: diag.Position{File: "a,b:c%.yaml", Line: 2, Column: 7}, Message: "50% of\n::set-output name=x::y\r", Hint: "h",
	}}, nil)
	const want = "::error file=a%2Cb%3Ac%25.yaml,line=2,col=7,title=ISO0207::50%25 of%0A::set-output name=x::y%0D%0Ah\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestUnknownFormat(t *testing.T) {
	if _, err := view.New("yaml", view.Streams{}); err == nil || !strings.Contains(err.Error(), `unknown format "yaml"`) {
		t.Errorf("got %v", err)
	}
}

// What a diagnostic says cannot move the cursor, and cannot begin a line, which a runner of workflows could take for a command.
func TestDiagnosticsAreOneLineEach(t *testing.T) {
	hostile := "x\n::set-output name=y::z\r\x1b[2J\u202e"
	pos := diag.Position{File: hostile, Line: 1, Column: 1}
	list := diag.List{{Code: diag.WrongType, Pos: pos, Message: hostile, Reason: hostile, Hint: hostile, Related: []diag.Related{{Pos: pos, Message: hostile}}}}
	for _, format := range view.Formats() {
		var out bytes.Buffer
		v, err := view.New(format, view.Streams{Out: &out, Err: &out, Source: hostile})
		if err != nil {
			t.Fatal(err)
		}
		v.Diagnostics(list, []byte(hostile))
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if format == "human" && strings.ContainsAny(line, "\r\x1b\u202e") || strings.HasPrefix(strings.TrimSpace(line), "::set-output") {
				t.Errorf("%s writes %q", format, line)
			}
		}
	}
}
