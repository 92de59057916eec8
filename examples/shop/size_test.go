package shop_test

import (
	"os"
	"testing"
)

// What an executable may weigh: that of a hello world a tenth more than one by hand on the same SDK, and that of the shop, with all clients
// linked, these bytes.
const maxHost = 1.10

var maxShop = map[string]float64{"aws": 15e6, "azure": 15e6, "gcp": 25e6}

// bare is a hello world without any JSON, which both the host's records and the payloads of the Functions host are. It is told of, and no
// bound.
const bare = "azure"

// The size of an executable is what a cold start has to read, so it does not grow by accident.
func TestExecutablesAreSmall(t *testing.T) {
	for _, e := range entrypoints {
		if e.handwritten == bare {
			continue
		}
		t.Run(e.target, func(t *testing.T) {
			base, hello, shop := fileSize(t, handwritten(t, e.handwritten)), fileSize(t, e.generated["hello"](t)), fileSize(t, e.generated["shop"](t))
			if hello > maxHost*base {
				t.Errorf("hello world is %.0f bytes, %.3f times the hand-written one", hello, hello/base)
			}
			if shop > maxShop[e.target] {
				t.Errorf("the shop is %.0f bytes, want at most %.0f", shop, maxShop[e.target])
			}
		})
	}
}

// BenchmarkSize tells how large the generated executables and artifacts are, beside a hand-written hello world on the same SDK. There is no
// executable in the artifact for Google Cloud: the one that is measured is linked as the others are.
func BenchmarkSize(b *testing.B) {
	made, err := artifacts()
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range entrypoints {
		base := fileSize(b, handwritten(b, e.handwritten))
		for name, build := range e.generated {
			b.Run(name+"/"+e.handwritten, func(b *testing.B) {
				for b.Loop() {
					continue // there is nothing to time
				}
				generated := fileSize(b, build(b))
				b.ReportMetric(base, "base-B")
				b.ReportMetric(generated, "B")
				b.ReportMetric(generated/base, "x-size")
				if name == "shop" {
					b.ReportMetric(float64(made[e.target].Size), "B-artifact")
				}
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

func fileSize(t testing.TB, file string) float64 {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return float64(info.Size())
}
