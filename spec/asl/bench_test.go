package asl_test

import (
	"fmt"
	"testing"

	"github.com/isobar-dev/isobar/spec/asl"
)

// BenchmarkLoad reads and checks workflows of 10, 100 and 1,000 states, each a task with a retrier and a catcher.
func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		data := states(n, func(i int) string {
			if i == n-1 {
				return `"Type": "Succeed"`
			}
			return fmt.Sprintf(`"Type": "Task", "Resource": "isobar:function:work", "ResultPath": "$.f%d", "Next": "s%d", "Retry": [{"ErrorEquals": ["Busy"]}],`+
				` "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "s%d"}]`, i%9, i+1, n-1)
		})
		b.Run(fmt.Sprintf("states=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, diags := asl.Load("bench.asl.json", data, known); diags.HasErrors() {
					b.Fatal(diags)
				}
			}
		})
	}
}
