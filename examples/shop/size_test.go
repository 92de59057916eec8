package shop_test

import (
	"os"
	"testing"

	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

// BenchmarkSize tells how large the shop's executables and artifacts are, beside hello world on the same SDK. There is no executable
// in the artifact for Google Cloud: the one that is measured is linked as the others are.
func BenchmarkSize(b *testing.B) {
	made, err := artifacts()
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct{ target, hello, shop string }{
		{"aws", helloLambda, runtimetest.Build(b, "./deploy/aws/bootstrap")},
		{"azure", helloHandler, runtimetest.Build(b, "./deploy/azure/handler")},
		{"gcp", helloFunction, runtimetest.BuildFunction(b, "github.com/isobar-dev/isobar/examples/shop/deploy/gcp/function", "./deploy/gcp/main")},
	} {
		b.Run(c.target, func(b *testing.B) {
			for b.Loop() {
				continue // there is nothing to time
			}
			b.ReportMetric(fileSize(b, runtimetest.BuildSource(b, c.hello, "./deploy/hello")), "B-hello-world")
			b.ReportMetric(fileSize(b, c.shop), "B-shop")
			b.ReportMetric(float64(made[c.target].Size), "B-artifact")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func fileSize(b *testing.B, file string) float64 {
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	return float64(info.Size())
}
