package senders_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/internal/judge"
	"github.com/isobar-dev/isobar/runtime/app"
)

// startOffline starts serverless-offline, which makes events of requests as API Gateway does, and has them handled by invoke. It returns
// where it listens. https://www.serverless.com/plugins/serverless-offline
func startOffline(t *testing.T, invoke func(testing.TB, []byte) ([]byte, error)) string {
	t.Helper()
	dir, err := filepath.Abs("../../../internal/judge/offline")
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "node_modules", ".bin", "serverless")
	if _, err := os.Stat(program); err != nil {
		judge.Absent(t, "serverless-offline", "npm ci --prefix internal/judge/offline")
	}
	forward := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, err := invoke(t, []byte(readAll(r)))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(answer)
	}))
	t.Cleanup(forward.Close)
	port := freePort(t)
	cmd := exec.Command(program, "offline", "--host", "127.0.0.1", "--httpPort", port, "--lambdaPort", freePort(t), "--albPort", freePort(t), "--noPrependStageInUrl")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "FORWARD_TO="+forward.URL, "SLS_TELEMETRY_DISABLED=1", "SLS_NOTIFICATIONS_MODE=off", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test")
	run(t, cmd)
	address := "http://127.0.0.1:" + port
	listens(t, address)
	return address
}

// TestOffline makes requests. Paths are plain ones: serverless-offline escapes them in rawPath, which the service does not.
func TestOffline(t *testing.T) {
	t.Parallel()
	address := startOffline(t, lambda(t, app.HTTPUnit, newNotebook(t)))
	for _, c := range []struct {
		method, target, body string
		status               int
		want                 shown
	}{
		{"GET", "/api/show/ada?x=1&y=%26&x=2+3", "", 202, shown{Method: "GET", Path: "/api/show/ada", ID: "ada", Header: "a, b", Cookie: "s=1", Query: map[string][]string{"x": {"1", "2 3"}, "y": {"&"}}}},
		{"POST", "/api/show/ada", `{"name": "é \"x\""}`, 202, shown{Method: "POST", Path: "/api/show/ada", ID: "ada", Body: `{"name": "é \"x\""}`, Header: "a, b", Cookie: "s=1", Query: map[string][]string{}}},
		{"GET", "/api/nothing", "", 404, shown{}},
		{"DELETE", "/api/show/ada", "", 405, shown{}},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, address+c.target, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-One", "a, b")
		r.Header.Set("Content-Type", "application/json")
		r.AddCookie(&http.Cookie{Name: "other", Value: "o"})
		r.AddCookie(&http.Cookie{Name: "session", Value: "s=1"})
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != c.status || !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s %s: %s %v %s, %v", c.method, c.target, resp.Status, resp.Header, body, err)
			continue
		}
		if c.status != http.StatusAccepted {
			continue
		}
		if got := decode[shown](t, body); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %s is %+v, want %+v", c.method, c.target, got, c.want)
		}
		if got := resp.Header.Get("Set-Cookie"); got != "seen=1" {
			t.Errorf("%s %s: the cookie is %q", c.method, c.target, got)
		}
	}
}
