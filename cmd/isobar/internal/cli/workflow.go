package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/view"
	"github.com/isobar-dev/isobar/codegen"
	"github.com/isobar-dev/isobar/codegen/diagram"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/diag"
)

func (p *program) workflow() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "workflow",
		Short: "Run a workflow of the spec in process, or draw it",
		Args:  unknownVerb,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.runWorkflow(), p.graph())
	return cmd
}

func (p *program) runWorkflow() *cobra.Command {
	var input, tasks string
	cmd := &cobra.Command{
		Use:   "run NAME",
		Short: "Run a workflow in process, and print its trace",
		Long: `Run executes a workflow of the spec in this process, on a clock that jumps: waits, delays and
timeouts take no time. It prints what happens, in order, and fails when the execution does.

Tasks are played, not called: --tasks names a file that says what each function returns, how it
fails and how long it takes. Without one every function returns what it is given.`,
		Example: `  isobar workflow run order --input order.json
  echo '{"id": "o1"}' | isobar workflow run order --input - --tasks declined.yaml`,
		Args: oneWorkflow,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withWorkflow(cmd, args[0], func(v view.View, w *plan.Workflow) (diag.List, error) {
				value, diags := readInput(cmd.InOrStdin(), input)
				play, found := readTasks(tasks, w)
				if diags = append(diags, found...); diags.HasErrors() {
					return diags, nil
				}
				result, err := workflow.Run(cmd.Context(), w.Machine, value, workflow.Options{Tasks: play, Workflow: w.Name, Name: "run"})
				if result != nil {
					v.Ran(view.Execution{Workflow: w.Name, Result: result})
				}
				switch {
				case err != nil:
					diags.Errorf(diag.NotDeclared, diag.Position{File: cmp.Or(tasks, p.spec)}, "%s", err)
					err = errReported
				case result.Fault != nil:
					err = errReported
				}
				return diags, err
			})
		},
	}
	cmd.Flags().StringVar(&input, "input", "", "the `FILE` with the input, JSON; - for what is typed, and {} unless set")
	cmd.Flags().StringVar(&tasks, "tasks", "", "the `FILE` that says what tasks do, YAML or JSON")
	_ = cmd.MarkFlagFilename("input", "json")
	_ = cmd.MarkFlagFilename("tasks", "yaml", "yml", "json")
	return cmd
}

// drawings are the languages in which graph draws.
var drawings = []string{"mermaid", "svg"}

func (p *program) graph() *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:     "graph NAME",
		Short:   "Draw a workflow",
		Long:    "Graph draws a workflow of the spec, as Mermaid for Markdown, or as SVG.",
		Example: "  isobar workflow graph order --as svg > order.svg",
		Args:    oneWorkflow,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(drawings, as) {
				return usage(cmd, fmt.Errorf("unknown drawing %q: it is one of mermaid, svg", as))
			}
			return p.withWorkflow(cmd, args[0], func(v view.View, w *plan.Workflow) (diag.List, error) {
				if as == "svg" {
					v.Drawn(string(diagram.SVG(w.Machine, w.Name)))
				} else {
					v.Drawn(diagram.Mermaid(w.Machine))
				}
				return nil, nil
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", drawings[0], "how to draw: mermaid or svg")
	_ = cmd.RegisterFlagCompletionFunc("as", cobra.FixedCompletions(drawings, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func oneWorkflow(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		found := ""
		if len(args) > 0 {
			found = fmt.Sprintf(", found %q", args)
		}
		return usage(cmd, fmt.Errorf("%s takes the name of a workflow: %s NAME%s", cmd.Name(), cmd.CommandPath(), found))
	}
	return nil
}

// withWorkflow reads the spec and does something with one of its workflows. What the spec's targets can do is of no matter.
func (p *program) withWorkflow(cmd *cobra.Command, name string, do func(view.View, *plan.Workflow) (diag.List, error)) error {
	v, err := p.view(cmd)
	if err != nil {
		return err
	}
	src, app, diags := codegen.Load(p.spec)
	if diags.HasErrors() {
		v.Diagnostics(diags, src.Data)
		return finish(v.Close(), diags)
	}
	w := app.Workflow(name)
	if w == nil {
		var names []string
		for i := range app.Workflows {
			names = append(names, app.Workflows[i].Name)
		}
		e := diags.Errorf(diag.NotDeclared, diag.Position{File: p.spec}, "the spec has no workflow %s%s", diag.Quote(name), diag.DidYouMean(name, names))
		if e.Hint = "the workflows are " + strings.Join(names, ", "); len(names) == 0 {
			e.Hint = "declare it under workflows"
		}
		v.Diagnostics(diags, src.Data)
		return finish(v.Close(), diags)
	}
	found, err := do(v, w)
	diags = append(diags, found...)
	if err != nil && !errors.Is(err, errReported) {
		return err
	}
	v.Diagnostics(diags, src.Data)
	if closed := v.Close(); closed != nil {
		return closed
	}
	return finish(err, diags)
}

// maxPlay is how many bytes of an input, or of what tasks do, are read.
const maxPlay = 1 << 20

// readInput reads an input: from a file, from in when that is -, or {} when there is none.
func readInput(in io.Reader, file string) (any, diag.List) {
	if file == "" {
		return map[string]any{}, nil
	}
	var diags diag.List
	data, err := read(in, file)
	if err != nil {
		diags.Errorf(diag.Unreadable, diag.Position{File: file}, "the input cannot be read: %s", bare(err)).Hint = "name a file with --input, or - for what is typed"
		return nil, diags
	}
	value, err := workflow.Decode(data)
	if err != nil {
		pos := diag.Position{File: file}
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			before := data[:min(max(int(syntax.Offset)-1, 0), len(data))]
			pos.Line = bytes.Count(before, []byte("\n")) + 1
			pos.Column = utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
		}
		diags.Errorf(diag.Syntax, pos, "the input is not JSON: %s", err)
	}
	return value, diags
}

// bare is the error of a file without its name, which the place has.
func bare(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// readTasks reads what the tasks of a workflow do.
func readTasks(file string, w *plan.Workflow) (workflow.Tasks, diag.List) {
	if file == "" {
		return workflow.Echo{}, nil
	}
	data, err := read(nil, file)
	if err != nil {
		var diags diag.List
		diags.Errorf(diag.Unreadable, diag.Position{File: file}, "what tasks do cannot be read: %s", bare(err)).Hint = "name a file with --tasks"
		return nil, diags
	}
	script, diags := workflow.ParseScript(file, data)
	return script, append(diags, script.Check(w.Machine)...).Sort()
}

// read reads a file, or in when that is not nil and the file is -.
func read(in io.Reader, file string) ([]byte, error) {
	if file != "-" || in == nil {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxPlay+1))
	if err == nil && len(data) > maxPlay {
		err = fmt.Errorf("%s is larger than 1 MiB", file)
	}
	return data, err
}
