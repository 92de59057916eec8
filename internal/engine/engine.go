// Package engine starts programs that stand in for a cloud, for tests. A test whose engine is not there says so, loudly: see package
// judge.
package engine

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
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
}

// URL is the engine's address as a URL.
func (e *Engine) URL() string { return "http://" + e.Address }

// Start starts a program for the time of a test; install says how to have it. Its arguments may have {port}, {address} and {dir}. It is up when it answers a request
// for a path, whatever the answer is.
func Start(t *testing.T, name, install, path string, environment []string, program string, arguments ...string) *Engine {
	t.Helper()
	file, err := exec.LookPath(program)
	if err != nil {
		judge.Absent(t, name, install)
	}
	address := free(t)
	_, port, _ := net.SplitHostPort(address)
	replace := strings.NewReplacer("{port}", port, "{address}", address, "{dir}", t.TempDir())
	for i := range arguments {
		arguments[i] = replace.Replace(arguments[i])
	}
	e := &Engine{Address: address, output: &output{}}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, file, arguments...)
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stdout, cmd.Stderr = e.output, e.output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // for what it starts itself to end with it
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	e.await(t, name, path, ended)
	return e
}

const patience = 90 * time.Second

func (e *Engine) await(t *testing.T, name, path string, ended chan struct{}) {
	t.Helper()
	for start := time.Now(); time.Since(start) < patience; time.Sleep(50 * time.Millisecond) {
		select {
		case <-ended:
			t.Fatalf("%s ended: %s", name, e.output)
		default:
		}
		resp, err := http.Get(e.URL() + path)
		if err == nil {
			_ = resp.Body.Close()
			return
		}
	}
	t.Fatalf("%s does not answer: %s", name, e.output)
}

func free(t *testing.T) string {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "127.0.0.1:" + strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
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
