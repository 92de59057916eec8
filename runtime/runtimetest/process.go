package runtimetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// buildFlags are those with which isobar build compiles.
var buildFlags = []string{"-trimpath", "-ldflags=-s -w", "-tags=lambda.norpc,grpcnotrace,disable_grpc_modules"}

// Build compiles a main package, as it is deployed, and returns the executable.
func Build(t testing.TB, pkg string, more ...string) string {
	t.Helper()
	executable := filepath.Join(t.TempDir(), "entrypoint")
	args := append(append([]string{"build", "-o", executable}, buildFlags...), append(more, pkg)...)
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build %s: %v\n%s", pkg, err, out)
	}
	return executable
}

// BuildFunction compiles a package that registers functions, as Google's buildpack does: with a main of its own that imports it.
// The main exists for the compiler alone, in the folder dir, which does not exist.
func BuildFunction(t testing.TB, pkg, dir string) string {
	t.Helper()
	return BuildSource(t, fmt.Sprintf(buildpackMain, pkg), dir)
}

// BuildSource compiles the source of a main package as if it were in the folder dir, which does not exist.
func BuildSource(t testing.TB, source, dir string) string {
	t.Helper()
	abs, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	file, overlay := filepath.Join(t.TempDir(), "main.go"), filepath.Join(t.TempDir(), "overlay.json")
	replace := encode(t, object{"Replace": map[string]string{filepath.Join(abs, "main.go"): file}})
	if err := errors.Join(os.WriteFile(file, []byte(source), 0o600), os.WriteFile(overlay, replace, 0o600)); err != nil {
		t.Fatal(err)
	}
	return Build(t, dir, "-overlay="+overlay)
}

// buildpackMain is what https://github.com/GoogleCloudPlatform/buildpacks generates, in short.
const buildpackMain = `package main

import (
	"log"
	"os"

	_ %q

	"github.com/GoogleCloudPlatform/functions-framework-go/funcframework"
)

func main() {
	if err := funcframework.StartHostPort("127.0.0.1", os.Getenv("PORT")); err != nil {
		log.Fatal(err)
	}
}
`

// Process is an entrypoint that runs.
type Process struct {
	cmd    *exec.Cmd
	exited chan struct{}
	output *output
}

// output collects what a process writes. It may be read while the process runs.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// Start starts an executable with an environment of its own, and ends it with the test. When the test fails, what it wrote is
// shown.
func Start(t testing.TB, executable string, env ...string) *Process {
	t.Helper()
	p := &Process{cmd: exec.CommandContext(context.WithoutCancel(t.Context()), executable), exited: make(chan struct{}), output: &output{}}
	p.cmd.Env = slices.Concat(env, []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")})
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // ExitCode tells how it ended
		close(p.exited)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // it may have ended by itself
		<-p.exited
		if t.Failed() {
			t.Logf("%s wrote:\n%s", filepath.Base(executable), p.Output())
		}
	})
	return p
}

// Output is what the process has written so far.
func (p *Process) Output() string { return p.output.String() }

// Terminate asks the process to end, as a cloud does before it takes an instance away.
func (p *Process) Terminate(t testing.TB) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

// ExitCode waits for the process to end.
func (p *Process) ExitCode(t testing.TB) int {
	t.Helper()
	select {
	case <-p.exited:
	case <-time.After(patience):
		t.Fatal("the process does not end")
	}
	return p.cmd.ProcessState.ExitCode()
}

// signaled tells whether a signal ended the process, which has ended.
func (p *Process) signaled() bool {
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled()
}

// patience is how long a test waits for what should come at once.
const patience = 20 * time.Second

// ready waits until a process answers GET / at an address with anything at all, as the Functions host does.
func (p *Process) ready(t testing.TB, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err == nil {
			_ = resp.Body.Close()
			return
		}
		select {
		case <-p.exited:
			t.Fatalf("the process ended: %s", p.Output())
		case <-ctx.Done():
			t.Fatalf("the process does not answer: %v\n%s", err, p.Output())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// freePort returns a port of this machine that was free a moment ago.
func freePort(t testing.TB) string {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(l.Addr().String(), ":")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return port
}
