package peer_test

import (
	"os"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/internal/coldstart"
	"github.com/isobar-dev/isobar/internal/ratio"
	"github.com/isobar-dev/isobar/runtime/runtimetest"

	// So that this module has what the shop's entrypoints need, and both sides are compiled with the same versions.
	_ "github.com/isobar-dev/isobar/examples/shop/deploy/gcp/function"
	_ "github.com/isobar-dev/isobar/runtime/aws/secrets"
	_ "github.com/isobar-dev/isobar/runtime/azure/entra"
	_ "github.com/isobar-dev/isobar/runtime/resource/awsdrivers"
	_ "github.com/isobar-dev/isobar/runtime/resource/azuredrivers"
)

// maxShop is how many times the hand-written hello world the shop may weigh, with its handlers, the host, and all clients.
const maxShop = 1.10

const shop = "github.com/isobar-dev/isobar/examples/shop/deploy/"

// entrypoints are, of each cloud, a hello world by hand on the vendor's SDKs, with a client for each kind of resource that the shop has, and
// the shop.
var entrypoints = []struct {
	cloud     string
	generated func(testing.TB) string
	start     func(testing.TB, string) time.Duration
}{
	{"aws", func(t testing.TB) string { return runtimetest.Build(t, shop+"aws/bootstrap") }, coldstart.UntilNext},
	{"azure", func(t testing.TB) string { return runtimetest.Build(t, shop+"azure/handler") }, coldstart.UntilAnswer},
	{"gcp", func(t testing.TB) string {
		return runtimetest.BuildFunction(t, shop+"gcp/function", "./handwritten/main")
	}, coldstart.UntilAnswer},
}

func TestTheShopIsHardlyLargerThanWhatIsWrittenByHand(t *testing.T) {
	for _, e := range entrypoints {
		t.Run(e.cloud, func(t *testing.T) {
			base, generated := size(t, runtimetest.Build(t, "./handwritten/"+e.cloud)), size(t, e.generated(t))
			t.Logf("%.0f bytes of %.0f, %.2f", generated, base, generated/base)
			if generated > maxShop*base {
				t.Errorf("the shop weighs %.3f times what is written by hand, want at most %.2f", generated/base, maxShop)
			}
		})
	}
}

// BenchmarkColdStart measures from the start of a process until it asks for its first invocation, or answers its first request.
func BenchmarkColdStart(b *testing.B) {
	for _, e := range entrypoints {
		base, generated := runtimetest.Build(b, "./handwritten/"+e.cloud), e.generated(b)
		b.Run(e.cloud, func(b *testing.B) {
			ratio.Processes(b,
				func() time.Duration { return e.start(b, base) },
				func() time.Duration { return e.start(b, generated) })
		})
	}
}

func size(t testing.TB, file string) float64 {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return float64(info.Size())
}
