package azure_test

import (
	"net/http/httptest"
	"testing"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/azure"
	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

func host(t testing.TB, a app.App) runtimetest.Cloud {
	server := httptest.NewServer(azure.New(a, nil))
	t.Cleanup(server.Close)
	return runtimetest.Azure(server.URL)
}

func TestHost(t *testing.T) { runtimetest.Run(t, host) }
