package main_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/cli"
	"github.com/isobar-dev/isobar/providers/all"
)

// BenchmarkDiff measures the whole of `isobar diff` for all three targets but for starting the process and git: both sides are read,
// planned, lowered, read back and compared. Either one queue differs, or every function does.
func BenchmarkDiff(b *testing.B) {
	for name, file := range apps(b) {
		source, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		for change, edit := range map[string]func([]byte) []byte{
			"one": func(s []byte) []byte {
				return bytes.Replace(s, []byte("deadLetter: { after: 5 }"), []byte("deadLetter: { after: 9 }"), 1)
			},
			"every": func(s []byte) []byte {
				return bytes.Replace(s, []byte("LOG_LEVEL: info"), []byte("LOG_LEVEL: warn"), 1)
			},
		} {
			b.Run(name+"/"+change, func(b *testing.B) {
				dir := filepath.Dir(file)
				base := filepath.Join(b.TempDir(), "base")
				if err := os.CopyFS(base, os.DirFS(dir)); err != nil {
					b.Fatal(err)
				}
				writeFile(b, filepath.Join(base, "isobar.yaml"), edit(source))
				if _, err := os.Stat(filepath.Join(base, "go.mod")); err != nil {
					writeFile(b, filepath.Join(base, "go.mod"), []byte("module github.com/isobar-dev/isobar/examples/shop\n"))
				}
				env := cli.Environment{Out: io.Discard, Err: io.Discard, Wings: all.Wings()}
				b.ReportAllocs()
				for b.Loop() {
					if code := cli.Run([]string{"diff", "--exit-code", base, dir}, env); code != 3 {
						b.Fatal(code)
					}
				}
			})
		}
	}
}
