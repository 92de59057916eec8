package runtimetest

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// many is how many clients call at the same time.
const many = 64

// concurrently calls a host from many sides at the same time: batches, single events and requests. Each handler sees what is its own, and
// each caller gets the answer to what it sent; the race detector sees the rest.
func concurrently(t *testing.T, host Host) {
	mixed := func(id string, data []byte) error {
		if id != string(data) {
			t.Errorf("event %s came with the data %s", id, data)
		}
		return fate(id[:1])
	}
	cloud := host(t, app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
		{Name: "work", Timeout: patience, Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[[]byte]) error { return mixed(m.ID, m.Data) })},
		{Name: "step", Timeout: patience, Handler: app.Queue("steps", func(_ context.Context, m fn.Message[[]byte]) error { return mixed(m.ID, m.Data) }).Ordered()},
		{Name: "look", Timeout: patience, Handler: app.Bucket("uploads", app.Objects{On: []string{"created"}}, func(_ context.Context, o fn.Object) error { return fate(o.Key[:1]) })},
		{Name: "track", Timeout: patience, Attempts: attempts, Handler: app.Table("orders", app.Changes{On: []string{"upserted"}, Key: []string{"id"}}, func(_ context.Context, c fn.Change[order]) error { return fate(c.New.ID[:1]) })},
		{Name: "get", Timeout: patience, Handler: app.HTTP("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.PathValue("id")) })},
	}})
	var wait sync.WaitGroup
	for i := range many {
		wait.Go(func() {
			name := fmt.Sprint([]string{"a", "!"}[i%2], i) // one half of all fails
			handled := i%2 == 0
			message := Message{ID: name, Body: name, Sent: moment, Attempt: 1}
			other := Message{ID: "b" + name, Body: "b" + name, Sent: moment, Attempt: 1}
			if got := cloud.Deliver(t, "work", message, other); got[0] != handled || !got[1] {
				t.Errorf("%s: acknowledged %v", name, got)
			}
			message.OrderingKey, other.OrderingKey = name, "b"+name
			if got := cloud.Deliver(t, "step", message, other); got[0] != handled || !got[1] {
				t.Errorf("%s, in order: acknowledged %v", name, got)
			}
			if got := events(t, cloud).Object(t, "look", ObjectEvent{ID: "1", Key: name, Size: 1, Time: moment, Attempt: 1}); got != handled {
				t.Errorf("%s, of a bucket: acknowledged: %v", name, got)
			}
			item := fmt.Sprintf(`{"id": %q}`, name)
			if got := events(t, cloud).Change(t, "track", Change{ID: name, Key: item, New: item, Time: moment, Attempt: 1}); got[0] != handled {
				t.Errorf("%s, of a table: settled: %v", name, got)
			}
			if got := cloud.Do(t, get("/api/users/"+name)); got.Status != http.StatusOK || got.Body != name {
				t.Errorf("%s: answered %d %s", name, got.Status, got.Body)
			}
		})
	}
	wait.Wait()
}
