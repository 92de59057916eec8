package trace_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/trace"
)

const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

func TestCallsCarryTheTraceOn(t *testing.T) {
	var got http.Header
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header }))
	defer server.Close()
	client := &http.Client{Transport: trace.Transport{}}
	for name, c := range map[string]struct {
		in            fn.TraceContext
		own           string
		parent, state string
	}{
		"a trace and its state":          {fn.TraceContext{Parent: parent, State: "a=1"}, "", parent, "a=1"},
		"a trace":                        {fn.TraceContext{Parent: parent}, "", parent, ""},
		"no trace":                       {fn.TraceContext{}, "", "", ""},
		"state without a trace":          {fn.TraceContext{State: "a=1"}, "", "", ""},
		"a header of the handler's own":  {fn.TraceContext{Parent: parent, State: "a=1"}, "00-own", "00-own", ""},
		"a header, and nothing to carry": {fn.TraceContext{}, "00-own", "00-own", ""},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := trace.Within(context.Background(), c.in)
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			if c.own != "" {
				r.Header.Set("Traceparent", c.own)
			}
			resp, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if got.Get("Traceparent") != c.parent || got.Get("Tracestate") != c.state {
				t.Errorf("sent %q and %q", got.Get("Traceparent"), got.Get("Tracestate"))
			}
			if c.own == "" && len(r.Header) > 0 {
				t.Errorf("the caller's request was changed: %v", r.Header)
			}
		})
	}
}
