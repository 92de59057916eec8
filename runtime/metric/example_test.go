package metric_test

import (
	"context"
	"fmt"

	"github.com/isobar-dev/isobar/runtime/metric"
)

// printer is a sink of a test.
type printer struct{}

func (printer) Emit(function string, series []metric.Series) {
	for _, s := range series {
		fmt.Println(function, s.Name, s.Values, s.Unit, s.Labels)
	}
}

// What a handler measures is written when its call ends. Hosts collect it; a test can do so itself.
func Example() {
	metric.SetDefault(printer{})
	ctx, call := metric.Collect(context.Background(), "settle-pending")
	metric.Count(ctx, "OrdersSettled", 2, metric.Label("currency", "EUR"))
	metric.Count(ctx, "OrdersSettled", 1, metric.Label("currency", "EUR"))
	metric.Record(ctx, "PaymentDuration", 0.25, metric.Seconds)
	metric.Record(ctx, "PaymentDuration", 0.5, metric.Seconds)
	call.End()
	// Output:
	// settle-pending OrdersSettled [3] Count map[currency:EUR]
	// settle-pending PaymentDuration [0.25 0.5] Seconds map[]
}
