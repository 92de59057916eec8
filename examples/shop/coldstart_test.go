package shop_test

import (
	"testing"
	"time"

	"github.com/isobar-dev/isobar/internal/coldstart"
	"github.com/isobar-dev/isobar/internal/ratio"
	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

// entrypoints are, of each target, the least that an entrypoint can be on the same SDK, written by hand, and what is generated: for a hello
// world, which shows what the host weighs by itself, and for the shop.
var entrypoints = []struct {
	target, handwritten string
	generated           map[string]func(t testing.TB) string
	start               func(t testing.TB, executable string) time.Duration
}{
	{"aws", "aws", generatedAWS, coldstart.UntilNext},
	{"azure", "azure", generatedAzure, coldstart.UntilAnswer},
	{"azure", "azure-payload", generatedAzure, coldstart.UntilAnswer},
	{"gcp", "gcp", generatedGCP, coldstart.UntilAnswer},
}

// What is generated for each target, by app.
var (
	generatedAWS = map[string]func(testing.TB) string{
		"hello": func(t testing.TB) string { return runtimetest.Build(t, "../hello/deploy/aws/bootstrap") },
		"shop":  func(t testing.TB) string { return runtimetest.Build(t, "./deploy/aws/bootstrap") },
	}
	generatedAzure = map[string]func(testing.TB) string{
		"hello": func(t testing.TB) string { return runtimetest.Build(t, "../hello/deploy/azure/handler") },
		"shop":  func(t testing.TB) string { return runtimetest.Build(t, "./deploy/azure/handler") },
	}
	generatedGCP = map[string]func(testing.TB) string{
		"hello": func(t testing.TB) string {
			return runtimetest.BuildFunction(t, "github.com/isobar-dev/isobar/examples/hello/deploy/gcp/function", "./deploy/gcp/main")
		},
		"shop": func(t testing.TB) string {
			return runtimetest.BuildFunction(t, "github.com/isobar-dev/isobar/examples/shop/deploy/gcp/function", "./deploy/gcp/main")
		},
	}
)

// handwritten compiles a hello world that is written by hand.
func handwritten(t testing.TB, name string) string {
	return runtimetest.Build(t, "./testdata/handwritten/"+name)
}

// BenchmarkColdStart measures from the start of a process until it asks for its first invocation, or answers its first request, beside a
// hand-written hello world on the same SDK.
func BenchmarkColdStart(b *testing.B) {
	for _, e := range entrypoints {
		base := handwritten(b, e.handwritten)
		for name, build := range e.generated {
			generated := build(b)
			b.Run(name+"/"+e.handwritten, func(b *testing.B) {
				ratio.Processes(b,
					func() time.Duration { return e.start(b, base) },
					func() time.Duration { return e.start(b, generated) })
			})
		}
	}
}
