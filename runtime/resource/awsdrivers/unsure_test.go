package awsdrivers

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"gocloud.dev/docstore"
	"gocloud.dev/gcerrors"
)

// A write whose answer is lost is made again, and finds what it wrote itself: that is no conflict with another, and nothing is added twice.
func TestAWriteWhoseAnswerIsLost(t *testing.T) {
	c := moto(t)
	makeTable(t, c, `{"TableName": "lost", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}`)
	var lose atomic.Bool
	users, err := OpenTable(t.Context(), behind(t, c, func(w http.ResponseWriter, r *http.Request, body []byte) bool {
		target := r.Header.Get("X-Amz-Target")
		if strings.HasSuffix(target, ".DescribeTable") || strings.HasSuffix(target, ".GetItem") || strings.HasSuffix(target, ".BatchGetItem") || !lose.Swap(false) {
			return false
		}
		made, err := http.NewRequestWithContext(r.Context(), r.Method, *c.BaseEndpoint+"/", bytes.NewReader(body))
		must(t, err)
		made.Header = r.Header.Clone()
		resp, err := http.DefaultClient.Do(made)
		must(t, err)
		_ = resp.Body.Close()
		w.WriteHeader(http.StatusInternalServerError)
		return true
	}), "lost", []string{"id"})
	must(t, err)
	defer func() { _ = users.Close() }()
	ctx := t.Context()
	losing := func(f func() error) error {
		lose.Store(true)
		defer lose.Store(false)
		return f()
	}
	item := map[string]any{"id": "ada", "n": 1, "DocstoreRevision": nil}
	must(t, losing(func() error { return users.Create(ctx, item) }))
	item["n"] = 2
	must(t, losing(func() error { return users.Replace(ctx, item) }))
	must(t, losing(func() error { return users.Update(ctx, item, docstore.Mods{"n": docstore.Increment(1)}) }))
	got := map[string]any{"id": "ada", "DocstoreRevision": nil}
	must(t, users.Get(ctx, got))
	if fmt.Sprint(got["n"]) != "3" || got["DocstoreRevision"] != item["DocstoreRevision"] {
		t.Errorf("got %v, want 3 of %v", got, item)
	}
	if err := users.Create(ctx, map[string]any{"id": "ada"}); gcerrors.Code(err) != gcerrors.AlreadyExists {
		t.Errorf("creating what is there: %v", err)
	}
	// Of what has no revision nobody knows whose it is, and what is added is not added again.
	if err := losing(func() error { return users.Create(ctx, map[string]any{"id": "bob", "n": 1}) }); gcerrors.Code(err) != gcerrors.Unknown || !strings.Contains(fmt.Sprint(err), errLost.Error()) {
		t.Errorf("creating an item without a revision: %v", err)
	}
	if err := losing(func() error {
		return users.Update(ctx, map[string]any{"id": "bob"}, docstore.Mods{"n": docstore.Increment(1)})
	}); err == nil {
		t.Error("adding without a revision is sure")
	}
	bob := map[string]any{"id": "bob"}
	must(t, users.Get(ctx, bob))
	if fmt.Sprint(bob["n"]) != "2" {
		t.Errorf("1 was added to 1, and there are %v", bob["n"])
	}
	if err := losing(func() error { return users.Delete(ctx, got) }); err == nil || !strings.Contains(err.Error(), errLost.Error()) {
		t.Errorf("deleting: %v", err)
	}
}
