package cosmos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"gocloud.dev/docstore"
	"gocloud.dev/docstore/driver"
	"gocloud.dev/docstore/drivertest"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource/azuredrivers/cosmos/cosmostest"
	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// identity hands out the token that the double takes.
type identity struct {
	mu     sync.Mutex
	scopes []string
}

func (i *identity) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.scopes = o.Scopes
	return azcore.AccessToken{Token: cosmostest.Token, ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// waits are the waits between tries, which take no time.
type waits struct {
	mu  sync.Mutex
	all []time.Duration
}

func (w *waits) wait(_ context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, d)
	return nil
}

func options(s *cosmostest.Server, container string, w *waits) Options {
	return Options{Endpoint: s.URL + "/", Database: "shop", Container: container, Credential: &identity{}, Wait: w.wait}
}

func open(t *testing.T, s *cosmostest.Server, key ...string) (*docstore.Collection, *waits) {
	t.Helper()
	w := &waits{}
	c, err := OpenCollection(options(s, "items", w), key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c, w
}

// harness is that of gocloud.dev's own suite.
type harness struct{ server *cosmostest.Server }

func (h harness) MakeCollection(_ context.Context, kind drivertest.CollectionKind) (driver.Collection, error) {
	keys := map[drivertest.CollectionKind][]string{
		drivertest.SingleKey: {drivertest.KeyField}, drivertest.NoRev: {drivertest.KeyField},
		drivertest.TwoKey: {"Game", "Player"}, drivertest.AltRev: {drivertest.KeyField},
	}
	o := options(h.server, fmt.Sprintf("kind-%d", kind), &waits{})
	if kind == drivertest.AltRev {
		o.RevisionField = drivertest.AlternateRevisionField
	}
	return newCollection(o, keys[kind])
}

func (harness) BeforeDoTypes() []any    { return nil }
func (harness) BeforeQueryTypes() []any { return nil }
func (harness) RevisionsEqual(x, y any) bool {
	return x == y
}

func (harness) AtomicWritesKind() drivertest.AtomicWritesSupportKind {
	return drivertest.NoSupport
}
func (harness) Close() {}

func TestGocloudSuite(t *testing.T) {
	drivertest.RunConformanceTests(t, func(_ context.Context, t *testing.T) (drivertest.Harness, error) {
		t.Helper()
		s := cosmostest.New(t)
		s.Page = 100
		return harness{s}, nil
	}, nil, nil)
}

type thing struct {
	ID               string `docstore:"id"`
	N                int    `docstore:"n"`
	DocstoreRevision any
}

func TestRequestsAreThoseOfTheAPI(t *testing.T) {
	s := cosmostest.New(t)
	w := &waits{}
	o := options(s, "my items", w)
	who := &identity{}
	o.Credential = who
	c, err := OpenCollection(o, []string{"id"})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	x := &thing{ID: "a/b ✓"}
	for _, do := range []func() error{
		func() error { return c.Create(ctx, x) },
		func() error { return c.Get(ctx, &thing{ID: "a/b ✓"}) },
		func() error { x.N = 1; return c.Replace(ctx, x) },
		func() error { return c.Put(ctx, &thing{ID: "a/b ✓", N: 2}) },
		func() error { return c.Delete(ctx, &thing{ID: "a/b ✓"}) },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	const path = "/dbs/shop/colls/my%20items/docs"
	want := []string{"POST " + path + " 201", "GET " + path + "/a=2Fb=20=E2=9C=93 200", "PUT " + path + "/a=2Fb=20=E2=9C=93 200", "POST " + path + " 200", "DELETE " + path + "/a=2Fb=20=E2=9C=93 204"}
	var got []string
	requests := s.Requests()
	for _, r := range requests {
		got = append(got, fmt.Sprintf("%s %s %d", r.Method, strings.ReplaceAll(r.Path, "%3D", "="), r.Status))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the requests are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if body, write, _ := strings.Cut(requests[0].Body, `,"write":"`); body != `{"id":"a=2Fb=20=E2=9C=93","pk":"a/b ✓","item":{"id":"a/b ✓","n":0},"revised":true` || len(write) < 26 {
		t.Errorf("the document is %s", requests[0].Body)
	}
	if pk := requests[0].Header.Get("X-Ms-Documentdb-Partitionkey"); pk != `["a/b \u2713"]` {
		t.Errorf("the partition is %s", pk)
	}
	if requests[0].Header.Get("X-Ms-Session-Token") != "" || requests[1].Header.Get("X-Ms-Session-Token") != "0:-1#1" {
		t.Errorf("the session is %q, then %q", requests[0].Header.Get("X-Ms-Session-Token"), requests[1].Header.Get("X-Ms-Session-Token"))
	}
	if requests[2].Header.Get("If-Match") == "" || requests[3].Header.Get("If-Match") != "" || requests[3].Header.Get("X-Ms-Documentdb-Is-Upsert") != "True" {
		t.Error("the conditions are not those of a replacement and an upsert")
	}
	if len(who.scopes) != 1 || who.scopes[0] != "http://127.0.0.1/.default" {
		t.Errorf("the scopes are %v", who.scopes)
	}
}

func TestThrottledRequestsComeBackWhenTheyAreToldTo(t *testing.T) {
	s := cosmostest.New(t)
	c, w := open(t, s, "id")
	s.Throttle(2, 1234*time.Millisecond)
	if err := c.Put(t.Context(), &thing{ID: "a"}); err != nil {
		t.Fatal(err)
	}
	if want := []time.Duration{1234 * time.Millisecond, 1234 * time.Millisecond}; !slices.Equal(w.all, want) {
		t.Errorf("it waited %v, want %v", w.all, want)
	}
	s.Throttle(1000, time.Millisecond)
	err := c.Put(t.Context(), &thing{ID: "a"})
	e, ok := errors.AsType[*rest.Error](err)
	if gcerrors.Code(err) != gcerrors.ResourceExhausted || !ok || e.Status != http.StatusTooManyRequests {
		t.Errorf("when it goes on: %v", err)
	}
	// A hint beyond the deadline is not waited for.
	s.Throttle(1000, time.Hour)
	w.all = nil
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := c.Put(ctx, &thing{ID: "a"}); gcerrors.Code(err) != gcerrors.ResourceExhausted || len(w.all) != 0 {
		t.Errorf("it waited %v: %v", w.all, err)
	}
}

// A replica that is behind what the session has seen does not know whether there is an item; a write that meets another one was not made.
func TestWhatAReplicaCannotAnswerYetIsAskedAgain(t *testing.T) {
	s := cosmostest.New(t)
	c, _ := open(t, s, "id")
	s.Refuse(2, 449, 0)
	if err := c.Create(t.Context(), &thing{ID: "a"}); err != nil {
		t.Errorf("a write that meets another: %v", err)
	}
	s.Refuse(2, http.StatusNotFound, 1002)
	if err := c.Get(t.Context(), &thing{ID: "a"}); err != nil {
		t.Errorf("a read that a replica is behind: %v", err)
	}
	s.Refuse(1000, http.StatusNotFound, 1002)
	if err := c.Get(t.Context(), &thing{ID: "a"}); gcerrors.Code(err) != gcerrors.ResourceExhausted {
		t.Errorf("when it stays behind: %v", err)
	}
	s.Refuse(1, http.StatusNotFound, 0)
	if err := c.Get(t.Context(), &thing{ID: "a"}); gcerrors.Code(err) != gcerrors.NotFound {
		t.Errorf("what is not there: %v", err)
	}
}

func TestQueriesGoPageByPage(t *testing.T) {
	s := cosmostest.New(t)
	c, _ := open(t, s, "id")
	for i := range 10 {
		if err := c.Put(t.Context(), &thing{ID: fmt.Sprintf("%02d", i), N: i}); err != nil {
			t.Fatal(err)
		}
	}
	s.Requests()
	it := c.Query().Where("n", ">=", 2).Get(t.Context())
	defer it.Stop()
	count := 0
	for {
		var x thing
		err := it.Next(t.Context(), &x)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if x.DocstoreRevision == nil {
			t.Errorf("%+v has no revision", x)
		}
		count++
	}
	requests := s.Requests()
	if count != 8 || len(requests) != 3 {
		t.Errorf("%d items in %d requests", count, len(requests))
	}
	if requests[0].Header.Get("X-Ms-Continuation") != "" || requests[2].Header.Get("X-Ms-Continuation") != "page-6" {
		t.Error("the pages do not continue each other")
	}
	if body := strings.TrimSpace(requests[0].Body); body != `{"query":"SELECT * FROM c WHERE c.item[\"n\"] \u003e= @p0","parameters":[{"name":"@p0","value":2}]}` {
		t.Errorf("the query is %s", body)
	}
}

func TestQueriesOfOnePartitionGoThere(t *testing.T) {
	s := cosmostest.New(t)
	c, _ := open(t, s, "id")
	if err := c.Put(t.Context(), &thing{ID: "a"}); err != nil {
		t.Fatal(err)
	}
	s.Requests()
	if err := c.Query().Where("id", "=", "a").Get(t.Context()).Next(t.Context(), &thing{}); err != nil {
		t.Error(err)
	}
	h := s.Requests()[0].Header
	if h.Get("X-Ms-Documentdb-Partitionkey") != `["a"]` || h.Get("X-Ms-Documentdb-Query-Enablecrosspartition") != "" {
		t.Errorf("the headers are %v", h)
	}
}

// A name of an attribute is data: it cannot end the name, and begin something else.
func TestNothingIsInjected(t *testing.T) {
	s := cosmostest.New(t)
	c, err := newCollection(options(s, "items", &waits{}), []string{"id"})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := c.QueryPlan(&driver.Query{Filters: []driver.Filter{{FieldPath: []string{`x"] = 1 OR c["pk`}, Op: "=", Value: `' OR 1=1`}}})
	if err != nil || plan != `all partitions: SELECT * FROM c WHERE c.item["x\"] = 1 OR c[\"pk"] = @p0` {
		t.Errorf("the query is %s (%v)", plan, err)
	}
}

func TestIntegersThatWouldBeRoundedAreRefused(t *testing.T) {
	s := cosmostest.New(t)
	c, _ := open(t, s, "id")
	for _, n := range []any{int64(1<<53 + 1), uint64(1 << 60), []any{map[string]any{"x": int64(-1 << 60)}}} {
		if err := c.Put(t.Context(), map[string]any{"id": "a", "n": n}); gcerrors.Code(err) != gcerrors.InvalidArgument {
			t.Errorf("%v: %v", n, err)
		}
	}
}

func TestUpdatesOfManyAtTheSameTime(t *testing.T) {
	s := cosmostest.New(t)
	c, _ := open(t, s, "id")
	if err := c.Put(t.Context(), &thing{ID: "a"}); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := c.Update(t.Context(), &thing{ID: "a"}, docstore.Mods{"n": docstore.Increment(1)}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	x := &thing{ID: "a"}
	if err := c.Get(t.Context(), x); err != nil || x.N != 4 {
		t.Errorf("%+v (%v)", x, err)
	}
}

func TestSessionsGoForward(t *testing.T) {
	var s session
	for _, token := range []string{"0:-1#5", "1:1#7#3=2", "0:-1#4", "", "nonsense"} {
		s.see(token)
	}
	if got := s.token(); got != "0:-1#5,1:1#7#3=2" {
		t.Errorf("the session is %s", got)
	}
}

// A write whose answer is lost is made again, and finds what it wrote itself: that is no conflict with another.
func TestAWriteWhoseAnswerIsLost(t *testing.T) {
	s := cosmostest.New(t)
	c, _ := open(t, s, "id")
	ctx := t.Context()
	item := map[string]any{"id": "ada", "n": 1, "DocstoreRevision": nil}
	s.LoseWrites(1)
	if err := c.Create(ctx, item); err != nil || item["DocstoreRevision"] == nil {
		t.Fatalf("creating: %v, %v", err, item)
	}
	item["n"] = 2
	s.LoseWrites(1)
	if err := c.Replace(ctx, item); err != nil {
		t.Fatalf("replacing: %v", err)
	}
	if err := c.Create(ctx, map[string]any{"id": "ada", "n": 2}); gcerrors.Code(err) != gcerrors.AlreadyExists {
		t.Errorf("creating what is there: %v", err)
	}
	if err := c.Update(ctx, item, docstore.Mods{"n": 3}); err != nil {
		t.Errorf("changing what was replaced: %v", err)
	}
	// Of what is gone nobody knows who deleted it.
	got := map[string]any{"id": "ada", "DocstoreRevision": nil}
	if err := c.Get(ctx, got); err != nil || fmt.Sprint(got["n"]) != "3" {
		t.Fatalf("got %v (%v)", got, err)
	}
	s.LoseWrites(1)
	if err := c.Delete(ctx, got); err == nil || gcerrors.Code(err) != gcerrors.Unknown || !strings.Contains(err.Error(), "lost") {
		t.Errorf("deleting: %v", err)
	}
}
