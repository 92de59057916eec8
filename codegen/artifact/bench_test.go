package artifact_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/artifact"
)

func BenchmarkCommit(b *testing.B) {
	for _, n := range []int{10, 100, 1_000} {
		generated := files{}
		for i := range n {
			generated[fmt.Sprintf("package/function-%d/function.json", i)] = strings.Repeat("line\n", 100)
		}
		trees := func(dir string) []artifact.Tree {
			return []artifact.Tree{{Dir: dir, Set: set(generated)}}
		}
		b.Run(fmt.Sprintf("new/files=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			dir := b.TempDir()
			for i := 0; b.Loop(); i++ {
				_, err := artifact.Commit(trees(filepath.Join(dir, fmt.Sprint(i))), artifact.Options{})
				must(b, err)
			}
		})
		b.Run(fmt.Sprintf("unchanged/files=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			dir := b.TempDir()
			for b.Loop() {
				_, err := artifact.Commit(trees(dir), artifact.Options{})
				must(b, err)
			}
		})
	}
}
