package view_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/view"
	"github.com/isobar-dev/isobar/spec/diag"
)

func human(t *testing.T, color bool) (v view.View, out, errs *bytes.Buffer) {
	t.Helper()
	out, errs = &bytes.Buffer{}, &bytes.Buffer{}
	v, err := view.New("human", view.Streams{Out: out, Err: errs, Color: color, Source: "isobar.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	return v, out, errs
}

// TestProgress has a line for each step in a log, and one line for all targets on a terminal, which goes before results come.
func TestProgress(t *testing.T) {
	v, _, errs := human(t, false)
	v.Progress("aws", "compiling")
	v.Progress("gcp", "compiling")
	v.Progress("aws", "packed")
	v.Built(nil)
	if got, want := errs.String(), "aws: compiling\ngcp: compiling\naws: packed\n"; got != want {
		t.Errorf("in a log stands %q, want %q", got, want)
	}
	v, _, errs = human(t, true)
	v.Progress("aws", "compiling")
	v.Progress("gcp", "compiling")
	v.Progress("aws", "packed")
	v.Built(nil)
	if got, want := errs.String(), "\r\x1b[Kaws \x1b[2mpacked\x1b[0m  gcp \x1b[2mcompiling\x1b[0m\r\x1b[K"; !strings.HasSuffix(got, want) || strings.Contains(got, "\n") {
		t.Errorf("on a terminal stands %q, want one line that ends %q", got, want)
	}
}

func TestSizesAgainstTheBuildBefore(t *testing.T) {
	for want, a := range map[string]view.Artifact{
		"100 bytes  sha256:":            {Size: 100},
		"100 bytes, +10  sha256:":       {Size: 100, Previous: 90},
		"100 bytes, -5  sha256:":        {Size: 100, Previous: 105},
		"100 bytes, +0  sha256:":        {Size: 100, Previous: 100},
		"100 bytes, unchanged  sha256:": {Size: 100, Previous: 100, Unchanged: true},
	} {
		v, out, _ := human(t, false)
		v.Built([]view.Artifact{a})
		if !strings.Contains(out.String(), want) {
			t.Errorf("got %q, want %q", out, want)
		}
	}
}

// TestOnlyTheSpecIsShown does not show the spec's line for a mistake in another file.
func TestOnlyTheSpecIsShown(t *testing.T) {
	v, _, errs := human(t, false)
	v.Diagnostics(diag.List{{Code: diag.NotCompiled, Pos: diag.Position{File: "users/users.go", Line: 1, Column: 1}, Message: "no"}}, []byte("isobar: v1\n"))
	if got, want := errs.String(), "users/users.go:1:1: error ISO0701: no\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
