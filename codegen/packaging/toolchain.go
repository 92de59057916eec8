package packaging

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// toolchain runs the go command for a target, with an environment that leaves nothing to the machine's configuration.
type toolchain struct {
	dir  string // absolute
	env  []string
	arch string
	args []string // of go build and go list: the tags
	work string   // the workspace's file; empty, or off, for none
}

// goError is a go command that failed.
type goError struct {
	output string
	err    error
}

func (e *goError) Error() string { return e.output }
func (e *goError) Unwrap() error { return e.err }

// kept is what a person's configuration of the go command may say: where modules come from, and where what is made is kept.
// https://pkg.go.dev/cmd/go#hdr-Environment_variables
var kept = []string{
	"GOPROXY", "GOPRIVATE", "GONOPROXY", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH", "GOPATH", "GOMODCACHE", "GOCACHE",
	"GOCACHEPROG", "GOTMPDIR", "GOTOOLCHAIN", "GOWORK",
}

// newToolchain looks at the go command's configuration, of which only what is kept counts: a person's own file is not read again.
func newToolchain(ctx context.Context, dir string) (toolchain, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return toolchain{}, err
	}
	t := toolchain{dir: abs, env: os.Environ()}
	out, err := t.run(ctx, slices.Concat([]string{"env", "-json", "GOFLAGS"}, kept)...)
	if err != nil {
		return toolchain{}, err
	}
	var config map[string]string
	if err := json.Unmarshal(out, &config); err != nil {
		return toolchain{}, err
	}
	for _, name := range kept {
		if value := config[name]; value != "" {
			t.env = append(t.env, name+"="+value)
		}
	}
	t.work = config["GOWORK"]
	flags := []string{"-buildvcs=false"}
	for flag := range strings.FieldsSeq(config["GOFLAGS"]) {
		name, _, _ := strings.Cut(strings.TrimPrefix(flag, "-"), "=")
		if slices.Contains([]string{"mod", "-mod", "modfile", "-modfile", "modcacherw", "-modcacherw"}, name) {
			flags = append(flags, flag)
		}
	}
	t.env = append(t.env, "GOENV=off", "GOFLAGS="+strings.Join(flags, " "), "GOOS=linux", "CGO_ENABLED=0", "GOAMD64=v1", "GOARM64=v8.0",
		"GOEXPERIMENT=", "GODEBUG=", "GOFIPS140=off", "GO_EXTLINK_ENABLED=")
	if os.Getenv("GOGC") == "" {
		// The linker is done before it would have needed the memory back: an eighth of its time.
		t.env = append(t.env, "GOGC=400")
	}
	return t, nil
}

// forRecipe returns the toolchain of a recipe.
func (t toolchain) forRecipe(r Recipe) toolchain {
	t.arch = r.Arch
	t.env = append(slices.Clip(t.env), "GOARCH="+r.Arch)
	if len(r.Tags) > 0 {
		t.args = []string{"-tags=" + strings.Join(r.Tags, ",")}
	}
	return t
}

// withCgo returns a toolchain that sees what is compiled where there is a C compiler. It is for looking, not for building.
func (t toolchain) withCgo() toolchain {
	t.env = append(slices.Clip(t.env), "CGO_ENABLED=1")
	return t
}

// run runs the go command to its end, or until the context's, and returns what it wrote to stdout.
func (t toolchain) run(ctx context.Context, args ...string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = t.dir, t.env, &stdout, &stderr
	// The go command cleans up when it is asked to end.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &exit):
		return nil, &goError{stderr.String(), err}
	}
	return stdout.Bytes(), err
}
