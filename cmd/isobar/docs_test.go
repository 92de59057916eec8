package main_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/cli"
	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/providers/all"
)

// TestPortabilityPage keeps docs/portability.md what the wings' tables say.
func TestPortabilityPage(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Portability\n\nWhat each target makes of what a spec can ask for. This page is made from `providers/*/capabilities.go`.\n\n" +
		"*Native*: the cloud does it itself. *Emulated*: the runtime, or the way in which resources are put together, makes it so.\n" +
		"*Degraded*: it works, and differs in a way that a warning names. *Refused*: an error of `gen`, with the line and the target.\n" +
		"Outside of the limits everything is refused.\n")
	for _, key := range portability.Keys() {
		fmt.Fprintf(&b, "\n## %s%s\n\n| target | | limits | source |\n|---|---|---|---|\n", strings.ToUpper(key.Title()[:1]), key.Title()[1:])
		for _, wing := range all.Wings() {
			row := wing.Capabilities()[key]
			kind := row.Kind.String()
			if row.How != "" {
				kind += ": " + string(row.How)
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", wing.Name(), kind, row.Bounds(key)+row.Texts(), row.Source)
		}
	}
	golden.Check(t, "../../docs/portability.md", []byte(b.String()))
}

// TestPermissionsPage keeps docs/permissions.md what the wings' tables say.
func TestPermissionsPage(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Permissions\n\nWhat each target grants for what a function does. This page is made from `providers/*/permissions.go`.\n\n" +
		"A function gets what it needs to run, what its trigger needs, and what its `access` and its `secrets` ask for; nothing else, and\n" +
		"on the named resources alone. `isobar validate --format json` lists every permission that the files of a spec give, those of\n" +
		"the clouds' own services included, each with the line of the spec that asks for it.\n\n" +
		"On AWS every function has a role of its own. On Google Cloud every event function has a service account of its own, and the HTTP\n" +
		"functions, which are one service, share one. On Azure the app, which is one process, has one identity.\n")
	for _, key := range access.Keys() {
		fmt.Fprintf(&b, "\n## %s: %s\n\n| target | grants | on | source |\n|---|---|---|---|\n", key.Kind, key.Verb)
		for _, wing := range all.Wings() {
			row := wing.Permissions()[key]
			granted := "nothing"
			if len(row.Actions) > 0 {
				granted = "`" + strings.Join(row.Actions, "`, `") + "`"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", wing.Name(), granted, row.On, row.Source)
		}
	}
	golden.Check(t, "../../docs/permissions.md", []byte(b.String()))
}

// TestReadmeShowsWhatHappens runs the commands of the README's console blocks that begin with "$ go run ./cmd/isobar", in order,
// and expects the output that stands below each.
func TestReadmeShowsWhatHappens(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("../..")
	blocks := strings.Split(string(readme), "```console\n")[1:]
	const prefix = "$ go run ./cmd/isobar "
	ran := 0
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		command, want, _ := strings.Cut(block, "\n")
		args, ok := strings.CutPrefix(command, prefix)
		if !ok {
			continue
		}
		ran++
		var out bytes.Buffer
		cli.Run(strings.Fields(args), cli.Environment{Out: &out, Err: &out, Wings: all.Wings()})
		if got := strings.TrimRight(out.String(), "\n"); got != strings.TrimRight(want, "\n") {
			t.Errorf("%s\nprints\n%s\nthe README says\n%s", command, got, want)
		}
	}
	if ran == 0 {
		t.Error("the README shows no command")
	}
}

// TestReadmeSupportTable keeps the README's table of targets what the wings' tables say.
func TestReadmeSupportTable(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- support -->\n", "<!-- /support -->"
	before, rest, ok := strings.Cut(string(readme), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("the README has no support table")
	}
	var b strings.Builder
	b.WriteString("| |")
	for _, wing := range all.Wings() {
		fmt.Fprintf(&b, " %s |", wing.Name())
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(all.Wings())) + "\n")
	for _, key := range portability.Keys() {
		var cells []string
		differs := false
		for _, wing := range all.Wings() {
			row := wing.Capabilities()[key]
			differs = differs || row.Kind == portability.Degraded || row.Kind == portability.Refused
			cell := row.Kind.String()
			if bounds := row.Bounds(key); bounds != "" {
				cell += ", " + bounds
			}
			if len(row.Only) > 0 {
				cell += ", " + row.Only[0] + " only"
			}
			cells = append(cells, cell)
		}
		// What is the same to whoever writes a spec is for the page.
		if differs {
			fmt.Fprintf(&b, "| %s | %s |\n", strings.ToUpper(key.Title()[:1])+key.Title()[1:], strings.Join(cells, " | "))
		}
	}
	golden.Check(t, "../../README.md", []byte(before+begin+b.String()+end+after))
}

// TestWorkflowsPageShowsWhatHappens runs the commands of docs/workflows.md in the shop's folder. The page shows what the tasks do.
func TestWorkflowsPageShowsWhatHappens(t *testing.T) {
	page, err := os.ReadFile("../../docs/workflows.md")
	if err != nil {
		t.Fatal(err)
	}
	drawing, err := os.ReadFile("../../docs/order.svg")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("../../examples/shop")
	tasks, err := os.ReadFile("testdata/declined.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "```yaml\n"+string(tasks)+"```\n") {
		t.Error("the page does not show examples/shop/testdata/declined.yaml")
	}
	var printed []string
	for line := range strings.Lines(string(page)) {
		command, ok := strings.CutPrefix(line, "$ isobar ")
		if !ok {
			continue
		}
		command, _, _ = strings.Cut(command, " > ")
		var out, errors bytes.Buffer
		cli.Run(strings.Fields(command), cli.Environment{Out: &out, Err: &errors, Wings: all.Wings()})
		if errors.Len() > 0 {
			t.Errorf("%s says %s", line, errors.String())
		}
		printed = append(printed, out.String())
	}
	if len(printed) != 2 || !strings.Contains(printed[0], "\n7s PaymentFailed call function:handle-payment-failure ") || printed[1] != string(drawing) {
		t.Errorf("the commands print %q", printed)
	}
}
