package main_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/cli"
	"github.com/isobar-dev/isobar/codegen"
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/providers/all"
	"github.com/isobar-dev/isobar/providers/providertest"
)

// BenchmarkGenerate measures generation for all three targets inside the process: reading the spec and the handlers, planning,
// checking, lowering and printing. Nothing is written.
func BenchmarkGenerate(b *testing.B) {
	for name, file := range apps(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, app, diags := codegen.Load(file)
				if app == nil || diags.HasErrors() {
					b.Fatal(diags)
				}
				targets, _ := providers.Select(app, all.Wings(), nil)
				if trees, diags := providers.Generate(app, targets); len(trees) != 3 {
					b.Fatal(diags)
				}
			}
		})
	}
}

// BenchmarkCheck measures the whole of `isobar gen --check` but for starting the process: generation, and comparing with what is
// on disk.
func BenchmarkCheck(b *testing.B) {
	for name, file := range apps(b) {
		b.Run(name, func(b *testing.B) {
			env := cli.Environment{Out: io.Discard, Err: io.Discard, Wings: all.Wings()}
			out := b.TempDir()
			if code := cli.Run([]string{"gen", "--spec", file, "--out", out}, env); code != 0 {
				b.Fatal(code)
			}
			b.ReportAllocs()
			for b.Loop() {
				if code := cli.Run([]string{"gen", "--check", "--spec", file, "--out", out}, env); code != 0 {
					b.Fatal(code)
				}
			}
		})
	}
}

// apps yields the shop, and apps of 10, 100 and 1,000 functions in a module of their own.
func apps(b *testing.B) func(func(name, file string) bool) {
	return func(yield func(name, file string) bool) {
		if !yield("shop", "../../examples/shop/isobar.yaml") {
			return
		}
		for _, n := range []int{10, 100, 1000} {
			if !yield(fmt.Sprintf("functions=%d", n), largeApp(b, n)) {
				return
			}
		}
	}
}

// largeApp writes an app of n functions with triggers of every kind, and returns its spec.
func largeApp(b testing.TB, n int) string {
	b.Helper()
	dir := b.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	targets := map[string]string{}
	for _, w := range all.Wings() {
		targets[w.Name()] = "{}"
	}
	write("go.mod", "module example.com/large\n\ngo 1.26\n")
	write("isobar.yaml", string(providertest.Spec(n, targets)))
	for i := range min(n, 50) {
		write(fmt.Sprintf("pkg%d/pkg.go", i), fmt.Sprintf(`package pkg%d

import (
	"bytes"
	"context"
	"net/http"

	"github.com/isobar-dev/isobar/runtime/fn"
)

func Get(w http.ResponseWriter, r *http.Request) {}
func Put(w http.ResponseWriter, r *http.Request) {}

func Work(ctx context.Context, m fn.Message[string]) error  { return nil }
func Hear(ctx context.Context, m fn.Message[string]) error  { return nil }
func Look(ctx context.Context, o fn.Object) error           { return nil }
func Track(ctx context.Context, c fn.Change[string]) error { return nil }
func Tick(ctx context.Context, t fn.Tick) error             { return nil }
`, i))
	}
	return filepath.Join(dir, "isobar.yaml")
}

// An app of a thousand functions with triggers of every kind is generated for all three targets, and is then up to date.
func TestAThousandFunctions(t *testing.T) {
	file, out := largeApp(t, 1000), t.TempDir()
	for _, args := range [][]string{{"gen"}, {"gen", "--check"}} {
		var printed bytes.Buffer
		env := cli.Environment{Out: &printed, Err: &printed, Wings: all.Wings()}
		if code := cli.Run(append(args, "--spec", file, "--out", out), env); code != 0 {
			t.Fatalf("%v ends with %d:\n%.4000s", args, code, &printed)
		}
	}
}
