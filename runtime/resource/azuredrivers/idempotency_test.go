package azuredrivers

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"gocloud.dev/docstore"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/azuredrivers/cosmos"
	"github.com/isobar-dev/isobar/runtime/resource/azuredrivers/cosmos/cosmostest"
)

// events are clients of a table events on Cosmos DB's double, each by the address that it asks.
func events(t *testing.T, address string) context.Context {
	t.Helper()
	a := app.App{Name: "shop", Resources: []app.Resource{{Kind: "table", Name: "events", Key: []string{"id"}}}}
	c := resource.NewClients(a, resource.Drivers{Table: func(_ context.Context, id string, key []string) (*docstore.Collection, error) {
		return cosmos.OpenCollection(cosmos.Options{
			Endpoint: address, Database: "shop", Container: id, Credential: token{}, Wait: func(context.Context, time.Duration) error { return nil },
		}, key)
	}}, func(variable string) string { return variable })
	t.Cleanup(func() { _ = c.Close() })
	return c.Within(app.WithGranted(t.Context(), app.Granted{Function: "f", Access: []string{"events:read", "events:write"}}))
}

// A claim whose answer is lost is made again, and finds itself: it must not be taken for that of another call, for which nobody is there to
// handle the event.
func TestAClaimWhoseAnswerIsLostIsTheCallsOwn(t *testing.T) {
	s := cosmostest.New(t)
	ctx, store := events(t, s.URL), resource.Idempotency("events")
	if claim, err := store.Claim(ctx, "expired", -time.Minute); err != nil || claim.Token == "" {
		t.Fatalf("%+v, %v", claim, err)
	}
	for _, key := range []string{"new", "expired"} {
		s.LoseWrites(1)
		claim, err := store.Claim(ctx, key, time.Minute)
		if err != nil || claim.Token == "" {
			t.Fatalf("%s: %+v, %v", key, claim, err)
		}
		if other, err := store.Claim(ctx, key, time.Minute); err != nil || other.Token != "" {
			t.Errorf("%s: another call claims it too: %+v, %v", key, other, err)
		}
		if err := store.Complete(ctx, key, claim.Token, time.Hour); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// A call that is overtaken by another one, which is done by the time that it looks, has no claim.
func TestAClaimThatIsOvertaken(t *testing.T) {
	s, store := cosmostest.New(t), resource.Idempotency("events")
	first := events(t, s.URL)
	var overtake sync.Once
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			overtake.Do(func() {
				claim, err := store.Claim(first, "k", time.Minute)
				if err == nil {
					err = store.Complete(first, "k", claim.Token, time.Hour)
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		s.ServeHTTP(w, r)
	}))
	defer slow.Close()
	if claim, err := store.Claim(events(t, slow.URL), "k", time.Minute); err != nil || claim.Token != "" {
		t.Errorf("%+v, %v", claim, err)
	}
}
