package metric_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/runtime/metric"
)

// emitted are the lines that a sink wrote, without their moments.
func emitted(t *testing.T, out *bytes.Buffer) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for line := range strings.Lines(out.String()) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		delete(v, "time")
		if aws, ok := v["_aws"].(map[string]any); ok {
			if aws["Timestamp"].(float64) < 1e12 {
				t.Errorf("the moment is not in milliseconds: %v", aws["Timestamp"])
			}
			delete(aws, "Timestamp")
		}
		lines = append(lines, v)
	}
	out.Reset()
	return lines
}

// use has measurements go to a sink for the time of a test.
func use(t *testing.T, s metric.Sink) {
	t.Helper()
	metric.SetDefault(s)
	t.Cleanup(func() { metric.SetDefault(metric.NewLines(&bytes.Buffer{}, "")) })
}

func measure(ctx context.Context) {
	metric.Count(ctx, "Settled", 2, metric.Label("currency", "EUR"))
	metric.Count(ctx, "Settled", 3, metric.Label("currency", "EUR"))
	metric.Count(ctx, "Settled", 1, metric.Label("currency", "<USD>"))
	metric.Record(ctx, "Took", 0.25, metric.Seconds)
	metric.Record(ctx, "Took", 0.5, metric.Seconds)
}

func TestTheEmbeddedMetricFormat(t *testing.T) {
	var out bytes.Buffer
	use(t, metric.NewEmbedded(&out, "shop", "prod"))
	ctx, calls := metric.Collect(t.Context(), "settle-pending")
	measure(ctx)
	if out.Len() > 0 {
		t.Errorf("before the call has ended there is %s", out.String())
	}
	calls.End()
	calls.End()
	document := func(dimensions []any, name string, unit metric.Unit, more map[string]any) map[string]any {
		d := map[string]any{"function": "settle-pending", "stage": "prod", "_aws": map[string]any{"CloudWatchMetrics": []any{map[string]any{
			"Namespace": "shop", "Dimensions": []any{dimensions}, "Metrics": []any{map[string]any{"Name": name, "Unit": string(unit)}},
		}}}}
		for k, v := range more {
			d[k] = v
		}
		return d
	}
	want := []map[string]any{
		document([]any{"currency", "function", "stage"}, "Settled", metric.Counts, map[string]any{"currency": "EUR", "Settled": 5.0}),
		document([]any{"currency", "function", "stage"}, "Settled", metric.Counts, map[string]any{"currency": "<USD>", "Settled": 1.0}),
		document([]any{"function", "stage"}, "Took", metric.Seconds, map[string]any{"Took": []any{0.25, 0.5}}),
	}
	if diff := cmp.Diff(want, emitted(t, &out)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLines(t *testing.T) {
	var out bytes.Buffer
	use(t, metric.NewLines(&out, "prod"))
	ctx, calls := metric.Collect(t.Context(), "settle-pending")
	measure(ctx)
	calls.End()
	line := func(name string, value float64, unit metric.Unit, more ...string) map[string]any {
		labels := map[string]any{"function": "settle-pending", "stage": "prod"}
		for i := 0; i+1 < len(more); i += 2 {
			labels[more[i]] = more[i+1]
		}
		return map[string]any{"severity": "INFO", "message": "metric " + name, "metric": map[string]any{"name": name, "value": value, "unit": string(unit), "labels": labels}}
	}
	want := []map[string]any{
		line("Settled", 5, metric.Counts, "currency", "EUR"), line("Settled", 1, metric.Counts, "currency", "<USD>"),
		line("Took", 0.25, metric.Seconds), line("Took", 0.5, metric.Seconds),
	}
	if diff := cmp.Diff(want, emitted(t, &out)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is measured outside of a call, or after it, is not lost.
func TestOutsideOfCalls(t *testing.T) {
	var out bytes.Buffer
	use(t, metric.NewLines(&out, ""))
	metric.Count(t.Context(), "Started", 1)
	ctx, call := metric.Collect(t.Context(), "work")
	call.End()
	metric.Count(ctx, "Late", 1)
	var got []string
	for _, l := range emitted(t, &out) {
		function := l["metric"].(map[string]any)["labels"].(map[string]any)["function"]
		got = append(got, fmt.Sprint(l["message"], " of ", function))
	}
	if want := []string{"metric Started of <nil>", "metric Late of work"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What a cloud would refuse is left out, and said once. It is no reason to fail.
func TestWhatCannotBeMeasured(t *testing.T) {
	var out, log bytes.Buffer
	use(t, metric.NewLines(&out, ""))
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	many := make([]metric.Option, metric.MaxLabels+1)
	for i := range many {
		many[i] = metric.Label(fmt.Sprint("l", i), "x")
	}
	ctx := t.Context()
	for range 3 {
		metric.Count(ctx, "", 1)
		metric.Count(ctx, "with space", 1)
		metric.Count(ctx, "stage", 1)
		metric.Count(ctx, strings.Repeat("x", 65), 1)
		metric.Record(ctx, "NotANumber", math.NaN())
		metric.Record(ctx, "Endless", math.Inf(1))
		metric.Count(ctx, "Many", 1, many...)
		metric.Count(ctx, "Reserved", 1, metric.Label("function", "x"))
		metric.Count(ctx, "Own", 1, metric.Label("Own", "x"))
		metric.Count(ctx, "Odd", 1, metric.Label("a b", "x"))
		metric.Count(ctx, "Empty", 1, metric.Label("a", ""))
		metric.Count(ctx, "Long", 1, metric.Label("a", strings.Repeat("x", metric.MaxLabel+1)))
	}
	if out.Len() > 0 {
		t.Errorf("measured: %s", out.String())
	}
	if got := strings.Count(log.String(), "\n"); got != 12 {
		t.Errorf("%d lines of log, want 12:\n%s", got, log.String())
	}
	// A program that makes names up as it goes is told so a hundred times, and neither fills the log nor the memory.
	for i := range 1000 {
		metric.Count(ctx, fmt.Sprint("made up ", i), 1)
	}
	if got := strings.Count(log.String(), "\n"); got != 100 {
		t.Errorf("%d lines of log, want 100", got)
	}
}

// A sum that is no number any more takes nothing else with it.
func TestASumThatOverflows(t *testing.T) {
	var out bytes.Buffer
	use(t, metric.NewEmbedded(&out, "shop", ""))
	ctx, call := metric.Collect(t.Context(), "work")
	metric.Count(ctx, "Other", 1)
	for range 3 {
		metric.Count(ctx, "Endless", math.MaxFloat64)
	}
	call.End()
	others := 0
	for _, d := range emitted(t, &out) {
		if d["Other"] == 1.0 {
			others++
		}
	}
	if others != 1 {
		t.Errorf("the other metric was written %d times", others)
	}
}

// Many values, and many series, are written in the end, in documents that CloudWatch takes.
func TestBounds(t *testing.T) {
	var out bytes.Buffer
	use(t, metric.NewEmbedded(&out, "shop", "prod"))
	ctx, call := metric.Collect(t.Context(), "work")
	var wg sync.WaitGroup
	for i := range 2 * metric.MaxSeries {
		wg.Go(func() {
			for range 2 {
				metric.Record(ctx, "Value", float64(i))
				metric.Count(ctx, fmt.Sprint("N", i), 1)
			}
		})
	}
	wg.Wait()
	call.End()
	values, counts := 0, 0.0
	for _, d := range emitted(t, &out) {
		if d["function"] != "work" {
			t.Fatalf("a document is of the function %v", d["function"])
		}
		for _, directive := range d["_aws"].(map[string]any)["CloudWatchMetrics"].([]any) {
			metrics := directive.(map[string]any)["Metrics"].([]any)
			if len(metrics) > 100 {
				t.Errorf("a document has %d metrics", len(metrics))
			}
			for _, m := range metrics {
				name := m.(map[string]any)["Name"].(string)
				switch v := d[name].(type) {
				case []any:
					values += len(v)
				case float64:
					if name == "Value" {
						values++
					} else {
						counts += v
					}
				}
			}
		}
	}
	if values != 4*metric.MaxSeries || counts != 4*metric.MaxSeries {
		t.Errorf("%d values and counts of %v were written, want %d of each", values, counts, 4*metric.MaxSeries)
	}
}

func BenchmarkCount(b *testing.B) {
	metric.SetDefault(metric.NewLines(&bytes.Buffer{}, ""))
	ctx, call := metric.Collect(b.Context(), "work")
	defer call.End()
	b.ReportAllocs()
	for b.Loop() {
		metric.Count(ctx, "Settled", 1, metric.Label("currency", "EUR"))
	}
}
