package runtimetest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/GoogleCloudPlatform/functions-framework-go/funcframework"

	"github.com/isobar-dev/isobar/internal/golden"
	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

func TestMain(m *testing.M) {
	if runtimetest.Main(func(port string) error { return funcframework.StartHostPort("127.0.0.1", port) }) {
		return
	}
	os.Exit(m.Run())
}

const page = "../../docs/conformance.md"

// marker stands on the page where what is written by hand ends.
const marker = "<!-- report -->\n"

// TestConformance runs all hosts as real processes, and compares what they did with the page that tells people of it.
func TestConformance(t *testing.T) {
	report := runtimetest.Conformance(t)
	if t.Failed() {
		return // what is wrong is not to be written down
	}
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, _, ok := strings.Cut(string(data), marker)
	if !ok {
		t.Fatalf("%s has no %s", page, marker)
	}
	golden.Check(t, page, []byte(head+marker+"\n"+report.Markdown()))
}

// TestEventsCannotBeForged sends what a cloud sends for an event as a stranger would: from where clients come. The function whose event it
// is would acknowledge it.
func TestEventsCannotBeForged(t *testing.T) {
	bodies := map[string]string{
		"aws":   `{"Records": [{"messageId": "m1", "body": "{}"}]}`,
		"azure": `{"Data": {"message": "e30="}, "Metadata": {"MessageId": "\"m1\""}}`,
		"gcp":   `{"message": {"data": "e30=", "messageId": "m1"}}`,
	}
	for _, target := range runtimetest.Targets {
		t.Run(target, func(t *testing.T) {
			cloud := runtimetest.Processes(t, target)
			if !cloud.Raw(t, "queue-returns-nil", bodies[target]) {
				t.Fatal("the cloud's own event is not acknowledged")
			}
			for _, path := range []string{
				"/api/queue-returns-nil", "/api/QueueReturnsNil", "/api/../queue-returns-nil", "/api/..%2Fqueue-returns-nil", "/api//queue-returns-nil", "/api", "/api/",
				"/API/queue-returns-nil", "/api/%2E%2E/queue-returns-nil", "/api/queue-returns-nil?x=/queue-returns-nil",
			} {
				resp := cloud.Do(t, runtimetest.Request{
					Method: http.MethodPost, Target: path, Body: bodies[target], Header: http.Header{
						"Content-Type": {"application/json"}, "X-Azure-Functions-Invocationid": {"1"}, "Ce-Type": {"google.cloud.firestore.document.v1.written"},
						"X-Cloudscheduler": {"true"}, "X-Original-Url": {"/queue-returns-nil"}, "X-Rewrite-Url": {"/queue-returns-nil"}, "X-Http-Method-Override": {"POST"},
					},
				})
				if resp.Status/100 == 2 {
					t.Errorf("%s answers %d %s", path, resp.Status, resp.Body)
				}
			}
		})
	}
	// The function that serves requests on Google Cloud holds the code of all others.
	cloud := runtimetest.Processes(t, "gcp")
	for _, path := range []string{"/", "/QueueReturnsNil", "/queue-returns-nil"} {
		if resp := cloud.Do(t, runtimetest.Request{Method: http.MethodPost, Target: path, Body: bodies["gcp"]}); resp.Status != http.StatusNotFound {
			t.Errorf("%s answers %d %s", path, resp.Status, resp.Body)
		}
	}
}

// TestSecretsOfAProcess starts a Lambda function that has a secret, which is there or not.
func TestSecretsOfAProcess(t *testing.T) {
	manager := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if !strings.Contains(string(body), ":secret:key") {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"__type":"ResourceNotFoundException","Message":"there is none"}`)
			return
		}
		fmt.Fprint(w, `{"SecretString":"s3cret"}`)
	}))
	t.Cleanup(manager.Close)
	env := []string{"AWS_ENDPOINT_URL=" + manager.URL, "AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=AKID", "AWS_SECRET_ACCESS_KEY=SECRET"}
	const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:"
	cloud := runtimetest.Processes(t, "aws", append(env, "ISOBAR_SECRET_API_KEY="+arn+"key")...)
	if got := cloud.Do(t, runtimetest.Request{Method: http.MethodGet, Target: "/api/variables/API_KEY"}); got.Body != "s3cret" {
		t.Errorf("the variable is %q", got.Body)
	}
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	process := runtimetest.Start(t, executable, append(env, "RUNTIMETEST_HOST=aws", "ISOBAR_FUNCTION=http", "ISOBAR_SECRET_API_KEY="+arn+"gone")...)
	if code := process.ExitCode(t); code != 1 || !strings.Contains(process.Output(), "isobar: the secret of the environment variable API_KEY, "+arn+"gone: ") {
		t.Errorf("exit code %d, output %s", code, process.Output())
	}
}

// TestUnresolvedReferences starts a custom handler whose app setting refers to a secret of Key Vault that has no value.
func TestUnresolvedReferences(t *testing.T) {
	cloud := runtimetest.Processes(t, "azure", "API_KEY=@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/key)", "OTHER=value")
	for variable, want := range map[string]string{"API_KEY": "", "OTHER": "value"} {
		if got := cloud.Do(t, runtimetest.Request{Method: http.MethodGet, Target: "/api/variables/" + variable}); got.Status != http.StatusOK || got.Body != want {
			t.Errorf("the variable %s is %q, want %q", variable, got.Body, want)
		}
	}
}

// TestHeadersAreBounded sends more of them than a client has reason to. The other clouds bound them before a function is called.
func TestHeadersAreBounded(t *testing.T) {
	cloud := runtimetest.Processes(t, "azure")
	for size, want := range map[int]int{4 << 10: http.StatusOK, 128 << 10: http.StatusRequestHeaderFieldsTooLarge} {
		got := cloud.Do(t, runtimetest.Request{Method: http.MethodGet, Target: "/api/variables/X", Header: http.Header{"X-Large": {strings.Repeat("x", size)}}})
		if got.Status != want {
			t.Errorf("%d bytes are answered with %d, want %d", size, got.Status, want)
		}
	}
}
