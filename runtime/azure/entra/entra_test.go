package entra_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/azure"
	"github.com/isobar-dev/isobar/runtime/azure/entra"
	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

const (
	tenant   = "https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47/"
	audience = "api://shop"
	workflow = "11111111-2222-3333-4444-555555555555"
	other    = "99999999-2222-3333-4444-555555555555"
)

func environment(changes map[string]string) func(string) string {
	env := map[string]string{entra.IssuerVariable: tenant, entra.AudienceVariable: audience, entra.CallersVariable: "x, " + workflow}
	for name, value := range changes {
		env[name] = value
	}
	return func(name string) string { return env[name] }
}

// TestOnlyTheAppsWorkflowsCallTasks calls a task through the host with tokens of all kinds.
func TestOnlyTheAppsWorkflowsCallTasks(t *testing.T) {
	issuer, stranger := runtimetest.NewIssuer(tenant), runtimetest.NewIssuer("https://sts.windows.net/other/")
	calls := 0
	a := app.App{Name: "shop", BasePath: "/api", Callers: entra.New(environment(nil), issuer), Functions: []app.Function{{
		Name: "validate", Timeout: time.Second, Handler: app.Task(func(_ context.Context, in int) (int, error) { calls++; return in, nil }),
	}}}
	server := httptest.NewServer(azure.New(a, nil))
	defer server.Close()
	good := map[string]any{"aud": audience, "oid": workflow}
	with := func(name string, value any) map[string]any {
		return map[string]any{"aud": audience, "oid": workflow, name: value}
	}
	for name, c := range map[string]struct {
		token string
		want  int
	}{
		"the workflow":             {issuer.Token(good), 200},
		"nobody":                   {"", 401},
		"nonsense":                 {"x.y.z", 401},
		"another identity":         {issuer.Token(with("oid", other)), 401},
		"no identity":              {issuer.Token(with("oid", nil)), 401},
		"identities":               {issuer.Token(with("oid", []string{workflow})), 401},
		"another audience":         {issuer.Token(with("aud", "https://management.azure.com/")), 401},
		"no audience":              {issuer.Token(with("aud", nil)), 401},
		"expired":                  {issuer.Token(with("exp", time.Now().Add(-time.Hour).Unix())), 401},
		"another tenant":           {stranger.Token(good), 401},
		"one that calls itself so": {stranger.Token(with("iss", tenant)) + "x", 401},
		"unsigned":                 {issuer.TokenWith(map[string]any{"alg": "none"}, good), 401},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/api/_tasks/validate", strings.NewReader("7"))
		if err != nil {
			t.Fatal(err)
		}
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
		before := calls
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if called := calls > before; response.StatusCode != c.want || called != (c.want == 200) {
			t.Errorf("%s: status %d, called: %v", name, response.StatusCode, called)
		}
	}
}

func TestWhereNothingSaysWhoMayCallNobodyMay(t *testing.T) {
	issuer := runtimetest.NewIssuer(tenant)
	token := issuer.Token(map[string]any{"aud": audience, "oid": workflow})
	for _, changes := range []map[string]string{
		{entra.IssuerVariable: ""},
		{entra.AudienceVariable: ""},
		{entra.CallersVariable: ""},
		{entra.CallersVariable: " , "},
	} {
		if _, err := entra.New(environment(changes), issuer).Authorize(t.Context(), token); !errors.Is(err, app.ErrUnavailable) {
			t.Errorf("%v: %v", changes, err)
		}
	}
}
