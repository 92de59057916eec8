package resourcetest_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/resourcetest"
	"github.com/isobar-dev/isobar/runtime/trace"
)

// greet is a handler that tells of whom it has greeted.
func greet(ctx context.Context, name string) error {
	key, err := resource.Secret(ctx, "key")
	if err != nil {
		return err
	}
	return resource.Publish(ctx, "greeted", map[string]string{"name": name, "with": key}, resource.Attribute("kind", "greeting"))
}

func TestAHandlersTest(t *testing.T) {
	r := resourcetest.New(t, "testdata/isobar.yaml")
	r.SetSecret("key", "s3cret")
	ctx := trace.Within(r.Context("greet"), fn.TraceContext{Parent: "00-1-2-01"})
	if err := greet(ctx, "ada"); err != nil {
		t.Fatal(err)
	}
	sent := r.Published("greeted")
	if len(sent) != 1 || len(r.Published("greeted")) != 0 {
		t.Fatalf("%d messages were published", len(sent))
	}
	m := resourcetest.Message[map[string]string](t, sent[0])
	if m.Data["name"] != "ada" || m.Attributes["kind"] != "greeting" || len(m.Attributes) != 1 || m.Trace.Parent != "00-1-2-01" {
		t.Errorf("the message is %+v", m)
	}
	// What a test prepares asks for no access.
	if err := r.Bucket("files").WriteAll(ctx, "x", []byte("x"), nil); err != nil {
		t.Error(err)
	}
	if _, err := resource.Bucket(ctx, "files"); err == nil {
		t.Error("the function has access to a bucket that it was not granted")
	}
}

// A message is what a consumer gets of it everywhere: it has an ID of its own, and its numbers have all their digits.
func TestAMessageIsThatOfItsConsumer(t *testing.T) {
	r := resourcetest.New(t, "testdata/isobar.yaml")
	for range 2 {
		if err := resource.Publish(r.Context("greet"), "greeted", json.RawMessage(`{"n": 9007199254740993}`)); err != nil {
			t.Fatal(err)
		}
	}
	handled := 0
	once := fn.Idempotent(&fn.MemoryStore{}, func(_ context.Context, m fn.Message[map[string]any]) error {
		if n := m.Data["n"]; n != json.Number("9007199254740993") {
			t.Errorf("the number is %v", n)
		}
		handled++
		return nil
	})
	for _, sent := range r.Published("greeted") {
		for range 2 { // the same, delivered again
			if err := once(t.Context(), resourcetest.Message[map[string]any](t, sent)); err != nil {
				t.Error(err)
			}
		}
	}
	if handled != 2 {
		t.Errorf("%d of two messages were handled", handled)
	}
}

// Every test has resources of its own.
func TestTestsDoNotMeet(t *testing.T) {
	for range 2 {
		r := resourcetest.New(t, "testdata/isobar.yaml")
		if ok, err := r.Bucket("files").Exists(t.Context(), "x"); ok || err != nil {
			t.Errorf("there is an object of another test (%v)", err)
		}
		if err := r.Bucket("files").WriteAll(t.Context(), "x", nil, nil); err != nil {
			t.Error(err)
		}
	}
}
