package senders_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/gcp"
	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

// patience is how long a test waits for what comes by itself.
const patience = 20 * time.Second

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("in vain waited for %s", what)
		}
	}
}

// freePort returns a port of this machine that was free a moment ago.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return port
}

// run starts a program that was not written here, and those that it starts, and ends them with the test. What it wrote is shown when the
// test fails.
func run(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // the group, which is its own
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s wrote:\n%.8000s", cmd.Path, output.String())
		}
	})
}

// listens waits until a server answers at an address with anything at all.
func listens(t *testing.T, address string) {
	t.Helper()
	eventually(t, address, func() bool {
		resp, err := http.Get(address)
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return true
	})
}

// function starts an entrypoint for Google Cloud that serves one function, and returns where it listens.
func function(t *testing.T, name string, notes notebook) string {
	t.Helper()
	port := freePort(t)
	runtimetest.Start(t, executable(t), hostVariable+"=gcp", notesVariable+"="+string(notes), "PORT="+port, "FUNCTION_TARGET="+gcp.EntryPoint(name))
	address := "http://127.0.0.1:" + port + "/"
	listens(t, address)
	return address
}

func executable(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// send makes a request with a body, and returns the body of the answer, which has to be a success.
func send(t *testing.T, method, address, contentType, body string, headers ...string) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode/100 != 2 {
		t.Fatalf("%s %s %s: %s %v\n%s", method, address, body, resp.Status, err, data)
	}
	return data
}

func readAll(r *http.Request) string {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// object is a JSON object.
type object = map[string]any

func encode(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func decode[T any](t *testing.T, data []byte) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	return v
}
