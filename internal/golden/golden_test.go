package golden_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/internal/golden"
)

func TestCheck(t *testing.T) {
	for _, tc := range []struct {
		name, onDisk, got string
		update            bool
		fails             string
		leaves            string
	}{
		{name: "the same", onDisk: "a\nb\n", got: "a\nb\n", leaves: "a\nb\n"},
		{name: "different", onDisk: "a\nb\n", got: "a\nc\n", fails: `"c\n"`, leaves: "a\nb\n"},
		{name: "no newline at the end", onDisk: "a\n", got: "a", fails: "differs", leaves: "a\n"},
		{name: "no file", got: "a\n", fails: "UPDATE=1 writes it"},
		{name: "rewriting", onDisk: "a\n", got: "b\n", update: true, leaves: "b\n"},
		{name: "writing the first time", got: "b\n", update: true, leaves: "b\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "testdata", "file")
			put(t, path, tc.onDisk)
			message := run(t, tc.update, func(t testing.TB) { golden.Check(t, path, []byte(tc.got)) })
			expect(t, message, tc.fails)
			if left, _ := os.ReadFile(path); string(left) != tc.leaves {
				t.Errorf("left %q on disk, want %q", left, tc.leaves)
			}
		})
	}
}

func TestTxtar(t *testing.T) {
	const archive = "a comment\n-- in.yaml --\nname: x\n-- want/b --\nold\n-- want/stale --\nx\n"
	for _, tc := range []struct {
		name   string
		got    map[string][]byte
		update bool
		fails  string
		leaves string
	}{
		{name: "the same", got: outputs("b", "old\n", "stale", "x\n"), leaves: archive},
		{name: "different", got: outputs("b", "new\n", "stale", "x\n"), fails: "new", leaves: archive},
		{name: "an output too few", got: outputs("b", "old\n"), fails: "want/stale", leaves: archive},
		{name: "an output too many", got: outputs("a", "1\n", "b", "old\n", "stale", "x\n"), fails: "want/a", leaves: archive},
		{
			name: "rewriting keeps the input", got: outputs("b", "new\n", "a", ""), update: true,
			leaves: "a comment\n-- in.yaml --\nname: x\n-- want/a --\n-- want/b --\nnew\n",
		},
		{name: "no newline at the end", got: outputs("b", "old"), update: true, fails: "no newline", leaves: archive},
		{name: "a header in an output", got: outputs("b", "-- c --\n"), update: true, fails: "no newline", leaves: archive},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "case.txtar")
			put(t, path, archive)
			message := run(t, tc.update, func(t testing.TB) { golden.Txtar(t, path, tc.got) })
			expect(t, message, tc.fails)
			if left, _ := os.ReadFile(path); string(left) != tc.leaves {
				t.Errorf("left on disk:\n%s\nwant:\n%s", left, tc.leaves)
			}
		})
	}
}

func TestTxtarNeedsItsInput(t *testing.T) {
	path := filepath.Join(t.TempDir(), "absent.txtar")
	expect(t, run(t, true, func(t testing.TB) { golden.Txtar(t, path, nil) }), "reading the input")
}

func outputs(namesAndData ...string) map[string][]byte {
	m := map[string][]byte{}
	for i := 0; i < len(namesAndData); i += 2 {
		m[namesAndData[i]] = []byte(namesAndData[i+1])
	}
	return m
}

func put(t *testing.T, path, data string) {
	t.Helper()
	if data == "" {
		return
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

// run returns the message that a check failed with, or "".
func run(t *testing.T, update bool, check func(testing.TB)) string {
	t.Helper()
	t.Setenv("UPDATE", map[bool]string{true: "1", false: ""}[update])
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		check(r)
	}()
	<-done
	return r.message
}

func expect(t *testing.T, message, want string) {
	t.Helper()
	if (message == "") != (want == "") || !strings.Contains(message, want) {
		t.Errorf("failed with %q, want a message with %q", message, want)
	}
}

// recorder is a test that keeps its failure to itself.
type recorder struct {
	testing.TB
	message string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) { r.message = fmt.Sprintf(format, args...) }

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}
