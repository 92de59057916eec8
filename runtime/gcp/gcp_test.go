package gcp_test

import (
	"net/http/httptest"
	"testing"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/gcp"
	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

func host(t testing.TB, a app.App) runtimetest.Cloud {
	addresses := map[string]string{}
	for entryPoint, handler := range gcp.New(a, nil) {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		addresses[entryPoint] = server.URL
	}
	return runtimetest.GCP(func(t testing.TB, unit string) string {
		t.Helper()
		address, ok := addresses[gcp.EntryPoint(unit)]
		if !ok {
			t.Fatalf("there is no entry point for %s", unit)
		}
		return address
	})
}

func TestHost(t *testing.T) { runtimetest.Run(t, host) }
