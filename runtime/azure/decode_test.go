package azure_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/azure"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// sample reads a payload; testdata/SOURCES.md says where it is from.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// post hands a payload to a function, and tells whether the host would take it for handled.
func post(t testing.TB, f app.Function, payload []byte) bool {
	t.Helper()
	return postWith(t, f, nil, payload)
}

func postWith(t testing.TB, f app.Function, letters app.DeadLetters, payload []byte) bool {
	t.Helper()
	f.Timeout = time.Second
	h := azure.New(app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{f}}, func(string) app.DeadLetters { return letters })
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", "/"+f.Name, bytes.NewReader(payload)))
	return w.Code == 200
}

func TestSampleOfServiceBus(t *testing.T) {
	type order struct{ ID string }
	var got fn.Message[order]
	ok := post(t, app.Function{Name: "work", Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[order]) error { got = m; return nil })},
		sample(t, "serviceBusTrigger-one-binary.json"))
	if !ok {
		t.Fatal("not acknowledged")
	}
	want := fn.Message[order]{
		Event: fn.Event{
			ID: "0f1d1c7c8a2c4f7b9a2f", Source: "/queues/jobs", Type: fn.TypeMessage, Attempt: 1,
			Time:  time.Date(2026, 11, 23, 10, 15, 29, 0, time.UTC),
			Trace: fn.TraceContext{Parent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
		},
		Data:       order{ID: "order-1"},
		Attributes: map[string]string{"tenant": "a"},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(fn.Event{}, "Raw")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A message without an ID of its sender has the broker's number for one.
func TestAMessageWithoutAnID(t *testing.T) {
	payload := bytes.Replace(sample(t, "serviceBusTrigger-one-binary.json"), []byte(`"MessageId": "\"0f1d1c7c8a2c4f7b9a2f\"",`), nil, 1)
	var got fn.Message[[]byte]
	ok := post(t, app.Function{Name: "work", Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[[]byte]) error { got = m; return nil })}, payload)
	if !ok || got.ID != "17" {
		t.Errorf("acknowledged: %v, the ID is %q, want 17", ok, got.ID)
	}
}

// A timer that has run before says for which moment it is; before its first run it does not, and the current minute stands for it.
func TestSamplesOfTimers(t *testing.T) {
	for name, want := range map[string]struct {
		scheduled string
		attempt   int
	}{
		"timerTrigger-with-status.json": {"2026-11-23T02:00:00Z", 2},
		"timerTrigger.json":             {"2026-11-23T10:15:00Z", 0},
	} {
		t.Run(name, func(t *testing.T) {
			var got fn.Tick
			ok := post(t, app.Function{Name: "night", Handler: app.Schedule(func(_ context.Context, tick fn.Tick) error { got = tick; return nil })}, sample(t, name))
			if !ok || got.Scheduled.Format(time.RFC3339) != want.scheduled || got.Attempt != want.attempt || got.ID != "night@"+want.scheduled {
				t.Errorf("acknowledged: %v, the tick is %+v, want %+v", ok, got, want)
			}
		})
	}
}

// A status whose moment has no zone, or is none, is no reason to lose a tick.
func TestTimersWithOtherMoments(t *testing.T) {
	for next, want := range map[string]string{
		"2026-11-23T02:00:00":       "2026-11-23T02:00:00Z",
		"2026-11-23T03:00:00+01:00": "2026-11-23T02:00:00Z",
		"2030-01-01T00:00:00+00:00": "2026-11-23T10:15:00Z", // not yet: the host fires for now
		"0001-01-01T00:00:00":       "2026-11-23T10:15:00Z",
		"soon":                      "2026-11-23T10:15:00Z",
	} {
		payload := bytes.Replace(sample(t, "timerTrigger-with-status.json"), []byte("2026-11-23T02:00:00+00:00"), []byte(next), 1)
		var got fn.Tick
		ok := post(t, app.Function{Name: "night", Handler: app.Schedule(func(_ context.Context, tick fn.Tick) error { got = tick; return nil })}, payload)
		if !ok || got.Scheduled.Format(time.RFC3339) != want {
			t.Errorf("%s: acknowledged: %v, scheduled %s, want %s", next, ok, got.Scheduled, want)
		}
	}
}
