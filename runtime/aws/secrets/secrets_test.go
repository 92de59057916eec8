package secrets_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/aws/secrets"
)

const (
	key   = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-dev-payment-key-AbCdEf"
	other = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-dev-other-AbCdEf"
)

// manager starts a double of Secrets Manager, and returns how often it was asked.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
func manager(t *testing.T) *atomic.Int32 {
	t.Helper()
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		var in struct{ SecretId string }
		err := json.NewDecoder(r.Body).Decode(&in)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		signed := r.Header.Get("Authorization")
		switch {
		case err != nil, r.Header.Get("X-Amz-Target") != "secretsmanager.GetSecretValue":
			w.WriteHeader(http.StatusBadRequest)
		case !strings.Contains(signed, "Credential=AKID/") || !strings.Contains(signed, "/eu-west-1/secretsmanager/aws4_request") || r.Header.Get("X-Amz-Security-Token") != "session":
			w.WriteHeader(http.StatusForbidden)
		case in.SecretId == key:
			fmt.Fprintf(w, `{"ARN":%q,"Name":"shop-dev-payment-key","SecretString":"s3cret\n=1","VersionId":"1","VersionStages":["AWSCURRENT"]}`, key)
		case in.SecretId == other:
			fmt.Fprintf(w, `{"ARN":%q,"SecretBinary":"AAEC"}`, other)
		default:
			w.Header().Set("X-Amzn-Errortype", "ResourceNotFoundException")
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"}`)
		}
	}))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "SECRET", "AWS_SESSION_TOKEN": "session",
	} {
		t.Setenv(name, value)
	}
	return &asked
}

// unset makes sure that what a test sets is gone behind it.
func unset(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		t.Setenv(name, "")
	}
}

func TestSecretsAreInTheEnvironment(t *testing.T) {
	asked := manager(t)
	unset(t, "API_KEY", "SAME_KEY")
	t.Setenv("ISOBAR_SECRET_API_KEY", key)
	t.Setenv("ISOBAR_SECRET_SAME_KEY", key)
	if err := secrets.Environment(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"API_KEY", "SAME_KEY"} {
		if got := os.Getenv(name); got != "s3cret\n=1" {
			t.Errorf("%s is %q", name, got)
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("one secret was read %d times", n)
	}
}

func TestAnAppWithoutSecretsAsksNobody(t *testing.T) {
	asked := manager(t)
	if err := secrets.Environment(t.Context()); err != nil || asked.Load() > 0 {
		t.Errorf("asked %d times, %v", asked.Load(), err)
	}
}

// All that is missing is said at once, with what it is for, and no value.
func TestSecretsThatCannotBeRead(t *testing.T) {
	manager(t)
	unset(t, "API_KEY")
	t.Setenv("ISOBAR_SECRET_API_KEY", key)
	t.Setenv("ISOBAR_SECRET_BYTES", other)
	t.Setenv("ISOBAR_SECRET_GONE", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:gone")
	err := secrets.Environment(t.Context())
	if err == nil {
		t.Fatal("it does not fail")
	}
	for _, want := range []string{"BYTES, " + other + ": it holds bytes", "GONE, arn:aws:secretsmanager:eu-west-1:123456789012:secret:gone", "ResourceNotFoundException"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
	if strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "API_KEY") {
		t.Errorf("%v says too much", err)
	}
}

func TestAProcessWithoutARole(t *testing.T) {
	manager(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("ISOBAR_SECRET_API_KEY", key)
	if err := secrets.Environment(t.Context()); err == nil || !strings.Contains(err.Error(), "AWS_ACCESS_KEY_ID") {
		t.Errorf("%v", err)
	}
}

func TestReadingIsBounded(t *testing.T) {
	manager(t)
	t.Setenv("ISOBAR_SECRET_API_KEY", key)
	t.Setenv("AWS_ENDPOINT_URL", "http://192.0.2.1") // where nothing is: https://www.rfc-editor.org/rfc/rfc5737
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := secrets.Environment(ctx); err == nil {
		t.Error("it does not fail")
	}
}
