package shop_test

import (
	"os"
	"testing"

	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

// BenchmarkSize tells how large the generated executables and artifacts are, beside a hand-written hello world on the same SDK. There is no
// executable in the artifact for Google Cloud: the one that is measured is linked as the others are.
func BenchmarkSize(b *testing.B) {
	made, err := artifacts()
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range entrypoints {
		handwritten := fileSize(b, runtimetest.BuildSource(b, e.handwritten, "./deploy/hello"))
		for name, build := range e.generated {
			b.Run(e.target+"/"+name, func(b *testing.B) {
				for b.Loop() {
					continue // there is nothing to time
				}
				generated := fileSize(b, build(b))
				b.ReportMetric(handwritten, "base-B")
				b.ReportMetric(generated, "B")
				b.ReportMetric(generated/handwritten, "x-size")
				if name == "shop" {
					b.ReportMetric(float64(made[e.target].Size), "B-artifact")
				}
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

func fileSize(b *testing.B, file string) float64 {
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	return float64(info.Size())
}
