package metric

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Sink is where measurements go. It is safe for concurrent use, and does not wait for anybody.
type Sink interface {
	// Emit takes what a call of a function measured; the function is empty for what was measured outside of calls.
	Emit(function string, series []Series)
}

// sink is the one that measurements go to, as slog has a default logger.
var sink atomic.Pointer[Sink]

// SetDefault makes a sink the one that measurements go to. Hosts do, and tests that look at what is measured. Before it is called
// measurements go nowhere.
func SetDefault(s Sink) { sink.Store(&s) }

func current() Sink {
	if s := sink.Load(); s != nil {
		return *s
	}
	return nowhere{}
}

type nowhere struct{}

func (nowhere) Emit(string, []Series) {}

// lines writes lines of JSON, each at once.
type lines struct {
	mu    sync.Mutex
	w     io.Writer
	stage string
}

func (l *lines) write(values ...map[string]any) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	for _, v := range values {
		_ = encoder.Encode(v) // numbers and strings, which JSON has
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.w.Write(b.Bytes()) // there is nobody to tell
}

// labels are those of a series, and those that all have.
func (l *lines) labels(function string, s *Series) map[string]string {
	all := maps.Clone(s.Labels)
	if all == nil {
		all = map[string]string{}
	}
	for i, value := range []string{function, l.stage} {
		if value != "" {
			all[reserved[i]] = value
		}
	}
	return all
}

// NewEmbedded returns a sink that writes CloudWatch's embedded metric format: one document for each set of labels.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
func NewEmbedded(w io.Writer, namespace, stage string) Sink {
	return &embedded{lines{w: w, stage: stage}, namespace}
}

type embedded struct {
	lines
	namespace string
}

func (e *embedded) Emit(function string, series []Series) {
	var documents []map[string]any
	now := time.Now().UnixMilli()
	for rest := series; len(rest) > 0; {
		first := rest[0]
		var others []Series
		document := map[string]any{}
		metrics := []map[string]any{}
		for i := range rest {
			s := &rest[i]
			if _, taken := document[s.Name]; taken || !maps.Equal(s.Labels, first.Labels) { // a name is one member of a document
				others = append(others, *s)
				continue
			}
			metrics = append(metrics, map[string]any{"Name": s.Name, "Unit": s.Unit})
			document[s.Name] = s.Values
			if len(s.Values) == 1 {
				document[s.Name] = s.Values[0]
			}
		}
		labels := e.labels(function, &first)
		for name, value := range labels {
			document[name] = value
		}
		document["_aws"] = map[string]any{
			"Timestamp": now,
			"CloudWatchMetrics": []map[string]any{{
				"Namespace": e.namespace, "Dimensions": [][]string{slices.Sorted(maps.Keys(labels))}, "Metrics": metrics,
			}},
		}
		documents, rest = append(documents, document), others
	}
	e.write(documents...)
}

// NewLines returns a sink that writes a line for each value: {"severity":"INFO","message":"metric OrdersSettled","metric":{"name":…,
// "value":…,"unit":…,"labels":{…}},"time":…}.
//
// On Google Cloud a log-based metric with the filter jsonPayload.metric.name="OrdersSettled" and the value extractor
// EXTRACT(jsonPayload.metric.value) makes a distribution of it, whose sum is a Count's.
// https://cloud.google.com/logging/docs/logs-based-metrics/distribution-metrics
func NewLines(w io.Writer, stage string) Sink { return &plain{lines{w: w, stage: stage}} }

type plain struct{ lines }

func (p *plain) Emit(function string, series []Series) {
	var records []map[string]any
	now := time.Now().UTC().Format(time.RFC3339Nano)
	for i := range series {
		s := &series[i]
		for _, value := range s.Values {
			records = append(records, map[string]any{
				"severity": "INFO", "time": now, "message": "metric " + s.Name,
				"metric": map[string]any{"name": s.Name, "value": value, "unit": s.Unit, "labels": p.labels(function, s)},
			})
		}
	}
	p.write(records...)
}
