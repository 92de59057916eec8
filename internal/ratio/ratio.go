// Package ratio is how benchmarks compare with a baseline: both run in turns, in one process, so that what else the machine does
// befalls both, and what is told is the median of the rounds' ratios.
package ratio

import (
	"slices"
	"testing"
	"time"
)

// turns is how often each runs in a round: long enough for the clock, and short enough for both to find the machine the same.
const turns = 20

// Processes runs a benchmark of a subject beside a baseline, each of which starts a process, and returns how long it took until that was
// ready. It tells how long either takes (the median), and how many times the baseline's the subject's is.
func Processes(b *testing.B, baseline, subject func() time.Duration) {
	b.Helper()
	var t timings
	for b.Loop() {
		t.add(baseline().Seconds()*1e9, subject().Seconds()*1e9)
	}
	t.report(b)
}

// Report runs a benchmark of a subject beside a baseline. It tells for both how long a run takes (the median) and how often it allocates,
// and how many times the baseline's the subject's are: below 1 it is better.
func Report(b *testing.B, baseline, subject func() error) {
	b.Helper()
	var t timings
	for b.Loop() {
		t.add(run(b, baseline), run(b, subject))
	}
	t.report(b)
	allocsBase, allocsOwn := allocations(b, baseline), allocations(b, subject)
	b.ReportMetric(allocsBase, "base-allocs")
	b.ReportMetric(allocsOwn, "allocs")
	b.ReportMetric(allocsOwn/allocsBase, "x-allocs")
}

// timings are how long the baseline and the subject took in each round, in nanoseconds.
type timings struct{ base, own, ratios []float64 }

func (t *timings) add(base, own float64) {
	t.base, t.own, t.ratios = append(t.base, base), append(t.own, own), append(t.ratios, own/base)
}

func (t *timings) report(b *testing.B) {
	b.ReportMetric(0, "ns/op") // of a round, which nobody wants to know
	b.ReportMetric(median(t.base), "base-ns")
	b.ReportMetric(median(t.own), "ns")
	b.ReportMetric(median(t.ratios), "x-time")
}

// run returns how many nanoseconds a run takes.
func run(b *testing.B, f func() error) float64 {
	begin := time.Now()
	for range turns {
		if err := f(); err != nil {
			b.Fatal(err)
		}
	}
	return float64(time.Since(begin).Nanoseconds()) / turns
}

func allocations(b *testing.B, f func() error) float64 {
	return testing.AllocsPerRun(100, func() {
		if err := f(); err != nil {
			b.Fatal(err)
		}
	})
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
