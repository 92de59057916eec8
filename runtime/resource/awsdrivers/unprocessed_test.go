package awsdrivers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"gocloud.dev/docstore"
	"gocloud.dev/gcerrors"
)

// TestItemsThatOneAnswerDidNotHold asks a DynamoDB that answers with one item at a time, and says of the others that it has not looked: as
// it does when they are too many bytes, or too many reads.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
func TestItemsThatOneAnswerDidNotHold(t *testing.T) {
	type key map[string]map[string]string
	type keys map[string]struct{ Keys []key }
	var calls atomic.Int32
	stuck := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".DescribeTable") {
			_, _ = w.Write([]byte(`{"Table": {}}`))
			return
		}
		calls.Add(1)
		var in struct{ RequestItems keys }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		asked, n := in.RequestItems["users"].Keys, 1
		if stuck {
			n = 0
		}
		out := map[string]any{"Responses": map[string][]key{"users": asked[:n]}, "UnprocessedKeys": keys{}}
		if len(asked) > n {
			out["UnprocessedKeys"] = keys{"users": {asked[n:]}}
		}
		_ = json.NewEncoder(w).Encode(out)
	}))
	defer server.Close()
	environment := map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_ENDPOINT_URL": server.URL,
	}
	users, err := OpenTable(t.Context(), Config(func(name string) string { return environment[name] }), "users", []string{"id"})
	must(t, err)
	defer func() { _ = users.Close() }()
	get := func() error {
		list := users.Actions()
		for i := range 3 {
			list.Get(map[string]any{"id": fmt.Sprint("u", i)})
		}
		return list.Do(t.Context())
	}
	if err := get(); err != nil || calls.Load() != 3 {
		t.Errorf("%d calls, %v", calls.Load(), err)
	}
	stuck = true
	err = get()
	failed, ok := err.(docstore.ActionListError) //nolint:errorlint // as docstore documents it
	if !ok || len(failed) != 3 || gcerrors.Code(failed[0].Err) == gcerrors.NotFound {
		t.Errorf("when it does not get on: %v", err)
	}
}
