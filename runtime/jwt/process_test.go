package jwt_test

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

// entrypoint is what is generated for an app with auth, of which %[1]s is the host and %[2]q the issuer.
const entrypoint = `package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/%[1]s"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/jwt"
)

func mine(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, fn.Claims(r.Context()).Subject) }

func main() {
	%[1]s.Main(app.App{
		Name: "shop", BasePath: "/api",
		Authorizers: map[string]app.Authorizer{"main": jwt.Authorizer(%[2]q, "shop")},
		Functions: []app.Function{{Name: "mine", Timeout: 30 * time.Second, Handler: app.HTTP("GET /mine", mine).Require("main", "read")}},
	})
}
`

// TestProcesses is with entrypoints in processes of their own, which reach the issuer over TLS and trust whom their machine does.
func TestProcesses(t *testing.T) {
	issuer := runtimetest.NewIssuer("")
	server := httptest.NewTLSServer(issuer)
	defer server.Close()
	issuer.URL = server.URL
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for host, start := range map[string]func(t *testing.T, executable string, env ...string) runtimetest.Cloud{
		"aws": func(t *testing.T, executable string, env ...string) runtimetest.Cloud {
			return runtimetest.LambdaProcesses(t, executable, env...)
		},
		"azure": func(t *testing.T, executable string, env ...string) runtimetest.Cloud {
			cloud, _ := runtimetest.FunctionsHost(t, executable, env...)
			return cloud
		},
	} {
		t.Run(host, func(t *testing.T) {
			executable := runtimetest.BuildSource(t, fmt.Sprintf(entrypoint, host, issuer.URL), "./testdata/entrypoint")
			ask := func(cloud runtimetest.Cloud, token string) runtimetest.Response {
				return cloud.Do(t, runtimetest.Request{Method: "GET", Target: "/api/mine", Header: http.Header{"Authorization": {"Bearer " + token}}})
			}
			cloud := start(t, executable, "SSL_CERT_FILE="+roots)
			if got := ask(cloud, issuer.Token(object{"scope": "read"})); got.Status != http.StatusOK || got.Body != "ada" {
				t.Errorf("a good token is answered with %d %s", got.Status, got.Body)
			}
			if got := ask(cloud, issuer.Token(nil)); got.Status != http.StatusForbidden {
				t.Errorf("one without the scope is answered with %d %s", got.Status, got.Body)
			}
			if got := ask(cloud, strings.Repeat("x", 100)); got.Status != http.StatusUnauthorized {
				t.Errorf("what is no token is answered with %d %s", got.Status, got.Body)
			}
			if got := ask(start(t, executable), issuer.Token(object{"scope": "read"})); got.Status != http.StatusServiceUnavailable {
				t.Errorf("where the issuer is not trusted, a token is answered with %d %s", got.Status, got.Body)
			}
		})
	}
}
