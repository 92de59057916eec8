package diag_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/spec/diag"
)

func TestDocumentationOfCodes(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Diagnostics\n\nEvery diagnostic has a code that never changes its meaning. This page is made from `spec/diag/codes.go`.\n\n" +
		"| code | | what it means, and what mends it |\n|---|---|---|\n")
	for _, e := range diag.Codes() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", e.Code, e.Title, strings.ReplaceAll(e.Explanation, "|", "\\|"))
	}
	golden.Check(t, "../../docs/diagnostics.md", []byte(b.String()))
}

func TestCodesAreDistinctAndOrdered(t *testing.T) {
	form := regexp.MustCompile(`^ISO0[1-9][0-9]{2}$`)
	var codes []string
	for _, e := range diag.Codes() {
		if !form.MatchString(string(e.Code)) || e.Title == "" || e.Explanation == "" {
			t.Errorf("%+v is not a code with a title and an explanation", e)
		}
		codes = append(codes, string(e.Code))
	}
	if !slices.IsSorted(codes) || len(slices.Compact(slices.Clone(codes))) != len(codes) {
		t.Errorf("codes are not in order, each once: %v", codes)
	}
}

func TestSortOrdersByPlaceAndDropsRepeats(t *testing.T) {
	at := func(line, column int) diag.Position { return diag.Position{File: "f", Line: line, Column: column} }
	var l diag.List
	l.Errorf(diag.UnknownKey, at(10, 1), "c")
	l.Errorf(diag.UnknownKey, at(2, 9), "b")
	l.Errorf(diag.WrongType, at(2, 1), "a")
	l.Errorf(diag.UnknownKey, at(10, 1), "c")
	want := "f:2:1: error ISO0204: a\nf:2:9: error ISO0201: b\nf:10:1: error ISO0201: c\n"
	if got := l.Sort().String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestDidYouMean(t *testing.T) {
	candidates := []string{"orders", "users", "uploads"}
	for word, want := range map[string]string{
		"order":                  ` (did you mean "orders"?)`,
		"odrers":                 ` (did you mean "orders"?)`,
		"user":                   ` (did you mean "users"?)`,
		"invoices":               "",
		"":                       "",
		strings.Repeat("o", 100): "",
	} {
		if got := diag.DidYouMean(word, candidates); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}
