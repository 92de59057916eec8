package trace_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/trace"
)

// A client of a handler carries on what the request or the event came with.
func ExampleTransport() {
	payments := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { fmt.Println(r.Header.Get("Traceparent")) }))
	defer payments.Close()
	client := &http.Client{Transport: trace.Transport{}}

	// The context of a handler's call has it; a test makes one.
	ctx := trace.Within(context.Background(), fn.TraceContext{Parent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"})
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, payments.URL, http.NoBody)
	if err != nil {
		fmt.Println(err)
		return
	}
	response, err := client.Do(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = response.Body.Close()
	// Output: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
}
