// Package engine starts programs that stand in for a cloud, for tests. A test whose engine is not there says so, loudly: see package
// judge.
package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/internal/judge"
)

// Engine is a program that is running, and listens.
type Engine struct {
	// Address is its host and port.
	Address string
	output  *output
	ended   chan struct{}
	cancel  context.CancelFunc
}

// URL is the engine's address as a URL.
func (e *Engine) URL() string { return "http://" + e.Address }

// Start starts a program for the time of a test; install says how to have it. Its arguments may have {port}, {address} and {dir}. It is up
// when it answers a request for a path, whatever the answer is.
func Start(t *testing.T, name, install, path string, environment []string, program string, arguments ...string) *Engine {
	t.Helper()
	e, err := Open(name, path, t.TempDir(), environment, program, arguments...)
	if errors.Is(err, exec.ErrNotFound) {
		judge.Absent(t, name, install)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

// Open starts a program as Start does, until it is closed. The error is exec.ErrNotFound when it is not installed.
func Open(name, path, dir string, environment []string, program string, arguments ...string) (*Engine, error) {
	file, err := exec.LookPath(program)
	if err != nil {
		return nil, err
	}
	const tries = 3
	for try := 1; ; try++ {
		e, err := open(name, path, dir, environment, file, arguments)
		if err == nil || try == tries || !strings.Contains(strings.ToLower(err.Error()), "address already in use") {
			return e, err
		}
		// Somebody else has taken the port since it was free.
	}
}

// open starts a program on a port that is free.
func open(name, path, dir string, environment []string, file string, arguments []string) (*Engine, error) {
	address, err := free()
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(address)
	replace := strings.NewReplacer("{port}", port, "{address}", address, "{dir}", dir)
	all := make([]string, len(arguments))
	for i := range arguments {
		all[i] = replace.Replace(arguments[i])
	}
	e := &Engine{Address: address, output: &output{}, ended: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	cmd := exec.CommandContext(ctx, file, all...)
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stdout, cmd.Stderr = e.output, e.output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // for what it starts itself to end with it
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		cancel()
		return nil, err
	}
	go func() {
		_ = cmd.Wait()
		close(e.ended)
	}()
	if err := e.await(name, path); err != nil {
		e.Close()
		return nil, err
	}
	return e, nil
}

// Close ends the program.
func (e *Engine) Close() {
	e.cancel()
	<-e.ended
}

const patience = 90 * time.Second

func (e *Engine) await(name, path string) error {
	for start := time.Now(); time.Since(start) < patience; time.Sleep(50 * time.Millisecond) {
		select {
		case <-e.ended:
			return fmt.Errorf("%s ended: %s", name, e.output)
		default:
		}
		if e.answers(path) {
			return nil
		}
	}
	return fmt.Errorf("%s does not answer: %s", name, e.output)
}

func (e *Engine) answers(path string) bool {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, e.URL()+path, nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	return resp.Body.Close() == nil
}

func free() (string, error) {
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// output keeps the end of what a program prints.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

const maxOutput = 16 << 10

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.b.Len() > maxOutput {
		o.b.Next(o.b.Len() - maxOutput/2)
	}
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}
