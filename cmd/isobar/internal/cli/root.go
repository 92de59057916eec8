// Package cli is the command line of isobar: one file for each verb, which turns flags into an operation and its result into a
// view.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/view"
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/spec/diag"
)

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1 // diagnostics, drift or a failure
	exitUsage  = 2 // wrong usage
	exitDiffer = 3 // differences, when they were asked for
)

// Environment is what a run takes from outside.
type Environment struct {
	Out, Err io.Writer
	// Color is true when Err is a terminal whose user wants colour.
	Color bool
	// Wings are the clouds that can be generated for.
	Wings []providers.Provider
}

// Run carries out a command line, without the program's name, and returns the exit code.
func Run(args []string, env Environment) int {
	p := &program{Environment: env}
	root := p.root()
	root.SetArgs(args)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	err := root.Execute()
	var usage *usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errReported):
		return exitFailed
	case errors.Is(err, errDiffers):
		return exitDiffer
	case errors.As(err, &usage):
		fmt.Fprintf(env.Err, "isobar: %s\n\nRun isobar %s--help for what it takes.\n", err, usage.verb)
		return exitUsage
	}
	fmt.Fprintf(env.Err, "isobar: %s\n", err)
	return exitFailed
}

// program holds the global flags.
type program struct {
	Environment
	spec   string
	format string
	// wantsVersion is --version, which stands for the verb.
	wantsVersion bool
}

// errReported is a failure that the view has told of.
var errReported = errors.New("reported")

// usageError is a command line that makes no sense.
type usageError struct {
	verb string // with a space behind it; empty for the root
	error
}

func (e *usageError) Unwrap() error { return e.error }

const about = `Isobar turns plain Go handlers and one provider-neutral spec into the entrypoints and the
infrastructure of AWS Lambda, Azure Functions and Google Cloud Functions.

It never hides a difference between clouds: every option of a spec is mapped faithfully,
emulated, or refused with the line and the target named.`

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "isobar",
		Short:         "One Go codebase, one spec, three clouds",
		Long:          about,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownVerb,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if p.wantsVersion {
				return p.showVersion(cmd)
			}
			return cmd.Help()
		},
		PersistentPreRunE: p.whole,
	}
	root.PersistentFlags().StringVar(&p.spec, "spec", "isobar.yaml", "the spec `FILE`")
	root.Flags().BoolVarP(&p.wantsVersion, "version", "v", false, "show which isobar this is")
	p.formatFlag(root, view.Formats())
	_ = root.MarkPersistentFlagFilename("spec", "yaml", "yml")
	root.SetFlagErrorFunc(usage)
	root.AddCommand(p.build(), p.diff(), p.gen(), p.validate(), p.version(), p.workflow())
	root.SetHelpCommand(help(root))
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			c.Args = unknownVerb
			c.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
	return root
}

// formatFlag adds --format, with the formats of a verb's results.
func (p *program) formatFlag(cmd *cobra.Command, formats []string) {
	flags := cmd.Flags()
	if len(formats) == len(view.Formats()) {
		flags = cmd.PersistentFlags()
	}
	flags.StringVar(&p.format, "format", formats[0], "the `FORMAT` of the result: "+strings.Join(formats, ", "))
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
}

// whole refuses flags that are given and empty, as a variable that is not set makes them: they would mean something else.
func (p *program) whole(cmd *cobra.Command, _ []string) error {
	if p.spec == "" {
		return usage(cmd, errors.New("--spec names no file"))
	}
	targets := cmd.Flags().Lookup("target")
	if targets == nil || !targets.Changed {
		return nil
	}
	if names, err := cmd.Flags().GetStringSlice("target"); err == nil && (len(names) == 0 || slices.Contains(names, "")) {
		return usage(cmd, errors.New("a target is empty: name them, with commas between them, or leave --target out"))
	}
	return nil
}

// help is the verb that shows what another one takes.
func help(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about any command",
		RunE: func(_ *cobra.Command, args []string) error {
			about := root
			for _, name := range args {
				i := slices.IndexFunc(about.Commands(), func(c *cobra.Command) bool { return c.Name() == name || c.HasAlias(name) })
				if i < 0 {
					return unknownVerb(about, []string{name})
				}
				about = about.Commands()[i]
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// unknownVerb is the root's rule for arguments: there are none, so that one is a verb that does not exist.
func unknownVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var verbs []string
	for _, c := range cmd.Commands() {
		verbs = append(verbs, c.Name())
	}
	err := fmt.Errorf("unknown command %q%s", args[0], diag.DidYouMean(args[0], verbs))
	return usage(cmd, err)
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(cmd, fmt.Errorf("%s takes no arguments, found %q", cmd.Name(), args[0]))
	}
	return nil
}

func usage(cmd *cobra.Command, err error) error {
	verb := ""
	if cmd.HasParent() {
		verb = strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ") + " "
	}
	return &usageError{verb, err}
}

// view returns the view that --format asks for. More are formats that the verb has beside those of all.
func (p *program) view(cmd *cobra.Command, more ...string) (view.View, error) {
	v, err := view.New(p.format, p.streams())
	if err != nil {
		formats := append(view.Formats(), more...)
		return nil, usage(cmd, fmt.Errorf("%w%s: it is one of %s", err, diag.DidYouMean(p.format, formats), strings.Join(formats, ", ")))
	}
	return v, nil
}

func (p *program) streams() view.Streams {
	return view.Streams{Out: p.Out, Err: p.Err, Color: p.Color, Source: p.spec}
}

// targetFlag adds --target, which names some of the spec's targets.
func (p *program) targetFlag(cmd *cobra.Command, only *[]string) {
	var names []string
	for _, w := range p.Wings {
		names = append(names, w.Name())
	}
	cmd.Flags().StringSliceVar(only, "target", nil, "only these `TARGETS` of the spec, with commas between them")
	_ = cmd.RegisterFlagCompletionFunc("target", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
}

// Terminal tells whether a stream is a terminal whose user wants colour (https://no-color.org).
func Terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
