// Package metric counts and measures what an app does, with one API that every cloud reads in its own way.
//
//	metric.Count(ctx, "OrdersSettled", 3, metric.Label("currency", "EUR"))
//	metric.Record(ctx, "PaymentDuration", took.Seconds(), metric.Seconds)
//
// What a call measures is collected in memory and written when the call ends, as lines of JSON on the standard output: on AWS in the
// embedded metric format, which CloudWatch makes metrics of; elsewhere as one line a measurement, which a log-based metric (Google
// Cloud) or a query (Azure) reads. Nothing leaves the process over the network, nothing waits, and no handler fails for a metric.
package metric

import (
	"context"
	"log/slog"
	"maps"
	"math"
	"slices"
	"sync"
)

// Unit is what a measurement counts in. The values are CloudWatch's names.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
type Unit string

// The units.
const (
	None         Unit = "None"
	Counts       Unit = "Count"
	Seconds      Unit = "Seconds"
	Milliseconds Unit = "Milliseconds"
	Bytes        Unit = "Bytes"
	Percent      Unit = "Percent"
)

// Limits on what is measured, the tightest of the clouds'. What has too much by way of labels is left out, and said once; what a call
// measures beyond what is kept is written at once.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
const (
	// MaxLabels is how many labels a measurement can have beside the function and the stage.
	MaxLabels = 8
	// MaxLabel is how many bytes the value of a label can have.
	MaxLabel = 256
	// MaxSeries is how many different metrics, each with its labels, one call can measure.
	MaxSeries = 100
	// MaxValues is how many values of one metric are kept of one call. Of a Count, all are in the sum.
	MaxValues = 100
)

// maxName is how long a name can be, in bytes.
const maxName = 64

// isName tells whether a name is one that every cloud takes as it stands: a letter, and letters, digits and underscores. It is no regular
// expression, which would be compiled at every cold start, and weigh 80 KB.
func isName(name string) bool {
	for i := range len(name) {
		b := name[i]
		letter := 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
		if !letter && (i == 0 || b != '_' && (b < '0' || b > '9')) {
			return false
		}
	}
	return name != "" && len(name) <= maxName
}

// Option says more of a measurement: a Unit or a Label.
type Option interface{ apply(*Series) }

func (u Unit) apply(s *Series) { s.Unit = u }

type label struct{ name, value string }

// Label sets measurements of one metric apart: by currency, by tier. Every combination of values is a metric that somebody pays for:
// never label with an ID.
func Label(name, value string) Option { return label{name, value} }

func (l label) apply(s *Series) {
	if s.Labels == nil {
		s.Labels = map[string]string{}
	}
	s.Labels[l.name] = l.value
}

// Series are the measurements of one metric with one set of labels during one call.
type Series struct {
	Name   string
	Unit   Unit
	Labels map[string]string
	// Values are the measurements. Of a Count it is one, their sum.
	Values []float64
	sum    bool
}

// Count adds to a number of things that happened. Names and labels are of letters, digits and underscores, at most 64, and begin with a
// letter.
func Count(ctx context.Context, name string, n float64, options ...Option) {
	add(ctx, Series{Name: name, Unit: Counts, Values: []float64{n}, sum: true}, options)
}

// Record keeps a measurement: a duration, a size, a price. CloudWatch makes statistics and percentiles of it.
func Record(ctx context.Context, name string, value float64, options ...Option) {
	add(ctx, Series{Name: name, Unit: None, Values: []float64{value}}, options)
}

func add(ctx context.Context, s Series, options []Option) {
	for _, o := range options {
		o.apply(&s)
	}
	if problem := s.problem(); problem != "" {
		complain(ctx, s.Name, problem)
		return
	}
	c, ok := ctx.Value(collectorKey{}).(*Collector)
	switch {
	case !ok: // outside of a call
		current().Emit("", []Series{s})
	case !c.add(s): // after it, or more than is kept
		current().Emit(c.function, []Series{s})
	}
}

// reserved are the labels that every measurement has.
var reserved = []string{"function", "stage"}

func (s *Series) problem() string {
	switch value := s.Values[0]; {
	case !isName(s.Name):
		return "its name is not of letters, digits and underscores"
	case math.IsNaN(value) || math.IsInf(value, 0):
		return "its value is not a number"
	case len(s.Labels) > MaxLabels:
		return "it has too many labels"
	}
	if slices.Contains(reserved, s.Name) {
		return "its name is that of a label that every metric has"
	}
	for name, value := range s.Labels {
		if !isName(name) || slices.Contains(reserved, name) || name == s.Name {
			return "the name of a label is not of letters, digits and underscores, is one that every metric has, or the metric's own"
		}
		if value == "" || len(value) > MaxLabel {
			return "the value of a label is empty or too long"
		}
	}
	return ""
}

// complaints are the names that somebody was told of: a mistake in a loop must not flood the log. There are so many at most.
var complaints struct {
	sync.Mutex
	names map[string]bool
}

const maxComplaints = 100

func complain(ctx context.Context, name, problem string) {
	complaints.Lock()
	known := complaints.names[name] || len(complaints.names) == maxComplaints
	if !known {
		if complaints.names == nil {
			complaints.names = map[string]bool{}
		}
		complaints.names[name] = true
	}
	complaints.Unlock()
	if !known {
		slog.WarnContext(ctx, "a metric is left out", "metric", name, "why", problem)
	}
}

// Collector holds what one call measures. It is safe for concurrent use.
type Collector struct {
	function string
	mu       sync.Mutex
	series   []Series
	ended    bool
}

type collectorKey struct{}

// Collect returns a context in which measurements are kept for the call of a function, until End writes them.
func Collect(ctx context.Context, function string) (context.Context, *Collector) {
	c := &Collector{function: function}
	return context.WithValue(ctx, collectorKey{}, c), c
}

// add tells whether it took the measurement: a handler that goes on after its call has ended measures on its own.
func (c *Collector) add(s Series) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return false
	}
	i := slices.IndexFunc(c.series, func(have Series) bool {
		return have.Name == s.Name && have.Unit == s.Unit && have.sum == s.sum && maps.Equal(have.Labels, s.Labels)
	})
	switch {
	case i < 0 && len(c.series) == MaxSeries:
		return false
	case i < 0:
		c.series = append(c.series, s)
	case s.sum:
		sum := c.series[i].Values[0] + s.Values[0]
		if math.IsInf(sum, 0) {
			return false
		}
		c.series[i].Values[0] = sum
	case len(c.series[i].Values) == MaxValues:
		return false
	default:
		c.series[i].Values = append(c.series[i].Values, s.Values[0])
	}
	return true
}

// End writes what was measured. It does nothing the second time.
func (c *Collector) End() {
	c.mu.Lock()
	series := c.series
	c.series, c.ended = nil, true
	c.mu.Unlock()
	if len(series) > 0 {
		current().Emit(c.function, series)
	}
}
