package view_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/view"
	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/spec/diag"
)

// large is a comparison with many parts, half of them dangerous, whose values are long.
func large(parts int) view.Diff {
	d := view.Diff{Before: "main", After: "working tree"}
	d.Targets = []change.TargetReport{{Name: "gcp"}}
	for i := range parts {
		value := strings.Repeat("é`</details>", 20)
		s := change.Subject{Owner: change.Owner{Kind: change.KindFunction, Name: fmt.Sprintf("function-%d", i)}, Asked: []change.Asked{{Key: "memory", After: &value}}}
		c := change.Change{Target: "gcp", Type: "t", Address: fmt.Sprintf("t.%d", i), Effect: change.InPlace, Differences: []change.Difference{{Path: "a", After: &value}}}
		if i%2 == 0 {
			c.Effect, c.Lost = change.Replaced, change.Messages
		}
		s.Changes = []change.Change{c}
		d.Subjects = append(d.Subjects, s)
	}
	return d
}

// A comment is never larger than GitHub takes, closes what it opens, and says how much is left out.
func TestCommentsFit(t *testing.T) {
	const most = 65536
	for _, parts := range []int{1, 10, 100, 300, 3000} {
		t.Run(fmt.Sprint(parts), func(t *testing.T) {
			var out bytes.Buffer
			v := view.NewMarkdown(view.Streams{Out: &out, Source: "isobar.yaml"}, "")
			v.Compared(large(parts))
			if err := v.Close(); err != nil {
				t.Fatal(err)
			}
			text := out.String()
			if n := len(text); n > most {
				t.Errorf("the comment has %d bytes", n)
			}
			if !strings.HasPrefix(text, "<!-- isobar diff isobar.yaml -->\n### Isobar: 1 cloud: ") {
				t.Errorf("the comment begins %q", text[:80])
			}
			lines := "\n" + text
			if opened, closed := strings.Count(lines, "\n<details"), strings.Count(lines, "\n</details>"); opened != closed {
				t.Errorf("%d parts are folded, and %d unfolded", opened, closed)
			}
			shown := strings.Count(text, "**function function-")
			if left := strings.Contains(text, "do not fit into a comment"); left != (shown < parts) {
				t.Errorf("%d of %d parts are shown, and that some are not is said: %t", shown, parts, left)
			}
		})
	}
}

// No text of a spec means anything in a comment but itself.
func TestCommentsAreSafe(t *testing.T) {
	value := "x\n## y <script> @team #1 | `"
	d := large(1)
	d.Subjects[0].Changes[0].Address = value
	d.Subjects[0].Changes[0].Differences[0].After = &value
	d.Before = value
	var out bytes.Buffer
	v := view.NewMarkdown(view.Streams{Out: &out, Source: "a--><script>\n.yaml"}, "")
	v.Compared(d)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, bad := range []string{"\n## y", "--><script>", ": x ## y <script>", " @team #1 \\|"} {
		if strings.Contains(text, bad) {
			t.Errorf("the comment has %q:\n%s", bad, text)
		}
	}
}

// Errors fit as well, and those of a stage have a comment of their own.
func TestErrorsFit(t *testing.T) {
	var list diag.List
	for range 3000 {
		list.Errorf(diag.InvalidName, diag.Position{File: "isobar.yaml", Line: 1, Column: 1}, "@team see https://evil.example %s", strings.Repeat("x", 5000))
	}
	var out bytes.Buffer
	v := view.NewMarkdown(view.Streams{Out: &out, Source: "isobar.yaml"}, "prod")
	v.Diagnostics(list, nil)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	if !strings.HasPrefix(text, "<!-- isobar diff isobar.yaml prod -->\n### Isobar: no comparison\n") || len(text) > 65536 || !strings.Contains(text, "more do not fit") {
		t.Errorf("the comment of %d bytes begins %q", len(text), text[:80])
	}
	if strings.Contains(text, "@team") || strings.Contains(text, "https://evil") {
		t.Errorf("the comment mentions, or links: %q", text[:200])
	}
}
