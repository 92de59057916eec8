package azure_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/azure"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

// namespace is a double of a Service Bus namespace, and of the endpoint that hands out the identity's tokens.
// https://learn.microsoft.com/rest/api/servicebus/send-message-to-queue
// https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
type namespace struct {
	*httptest.Server
	answers  []int         // statuses of the first posts; later messages are taken
	lifetime time.Duration // of a token
	slow     time.Duration // how long a token takes

	mu            sync.Mutex
	posts, tokens int
	taken         []letter
}

// letter is a message that the namespace has taken.
type letter struct {
	Queue, Body string
	Header      map[string]string
}

func startNamespace(t testing.TB, answers ...int) *namespace {
	n := &namespace{answers: answers, lifetime: time.Hour}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /token", n.issue)
	mux.HandleFunc("POST /{queue}/messages", n.take)
	n.Server = httptest.NewTLSServer(mux)
	t.Cleanup(n.Close)
	return n
}

func (n *namespace) issue(w http.ResponseWriter, r *http.Request) {
	time.Sleep(n.slow)
	q := r.URL.Query()
	if r.Header.Get("X-Identity-Header") != "secret" || q.Get("resource") != "https://servicebus.azure.net" || q.Get("client_id") != "client" || q.Get("api-version") != "2019-08-01" {
		http.Error(w, "no such identity", http.StatusBadRequest)
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.tokens++
	fmt.Fprintf(w, `{"access_token": "token-%d", "expires_on": "%d", "resource": "https://servicebus.azure.net", "token_type": "Bearer", "client_id": "client"}`,
		n.tokens, time.Now().Add(n.lifetime).Unix())
}

func (n *namespace) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.posts++
	status := http.StatusCreated
	if n.posts <= len(n.answers) {
		status = n.answers[n.posts-1]
	}
	if err != nil || r.Header.Get("Authorization") != fmt.Sprintf("Bearer token-%d", n.tokens) {
		status = http.StatusUnauthorized
	}
	if status == http.StatusCreated {
		l := letter{Queue: r.PathValue("queue"), Body: string(body), Header: map[string]string{}}
		for name := range r.Header {
			if strings.HasPrefix(name, "Isobar-") || name == "Brokerproperties" || name == "Content-Type" {
				l.Header[name] = r.Header.Get(name)
			}
		}
		n.taken = append(n.taken, l)
	}
	if status/100 == 3 {
		w.Header().Set("Location", n.URL+"/elsewhere/messages")
	}
	w.WriteHeader(status)
}

// letters returns where dead letters go in an app that has the generated settings.
func (n *namespace) letters() func(string) app.DeadLetters {
	settings := map[string]string{
		"SERVICEBUS__fullyQualifiedNamespace": n.Listener.Addr().String(), "SERVICEBUS__clientId": "client",
		"IDENTITY_ENDPOINT": n.URL + "/token", "IDENTITY_HEADER": "secret",
		"ISOBAR_DEAD_LETTER_SETTLE_PENDING": "shop-dev-schedule--settle-pending-dead-letter",
		"ISOBAR_DEAD_LETTER_TRACK":          "shop-dev-orders--track-dead-letter",
	}
	return azure.DeadLetters(func(name string) string { return settings[name] }, n.Client().Transport)
}

// cloud serves functions whose dead letters go to the namespace.
func (n *namespace) cloud(t testing.TB, functions ...app.Function) runtimetest.Cloud {
	server := httptest.NewServer(azure.New(app.App{Name: "shop", BasePath: "/api", Functions: functions}, n.letters()))
	t.Cleanup(server.Close)
	return runtimetest.Azure(server.URL)
}

var tick = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

// settle is a function that ends with an error.
func settle(err error) app.Function {
	return app.Function{Name: "settle-pending", Timeout: time.Second, Attempts: 5, Handler: app.Schedule(func(context.Context, fn.Tick) error { return err })}
}

// track is a function that fails for items whose ID says so, and notes those that it was called for.
func track(seen *[]string) app.Function {
	type item struct{ ID string }
	on := app.Changes{On: []string{"upserted"}, Key: []string{"id"}}
	return app.Function{Name: "track", Timeout: time.Second, Attempts: 5, Handler: app.Table("orders", on, func(_ context.Context, c fn.Change[item]) error {
		*seen = append(*seen, c.New.ID)
		if strings.HasPrefix(c.New.ID, "fails") {
			return errors.New("no")
		}
		return nil
	})}
}

func change(id string, attempt int) runtimetest.Change {
	item := fmt.Sprintf(`{"id": %q}`, id)
	return runtimetest.Change{ID: "etag-" + id, Key: item, New: item, Time: tick, Attempt: attempt}
}

// timer is a call of the timer, at an attempt of five.
func timer(attempt int) string {
	return fmt.Sprintf(`{"Data": {"timer": {"Schedule": {"AdjustForDST": true}, "ScheduleStatus": null, "IsPastDue": false}},
		"Metadata": {"RetryContext": {"MaxRetryCount": 4, "RetryCount": %d, "Exception": null}, "sys": {"MethodName": "settle-pending", "UtcNow": "2026-11-23T02:00:00.1234567Z"}}}`, attempt-1)
}

func TestTheLastFailureOfATimerIsSent(t *testing.T) {
	n := startNamespace(t)
	cloud := n.cloud(t, settle(errors.New("no \"money\"\r\nX-Forged: ü")))
	for attempt := 1; attempt < 5; attempt++ {
		if cloud.Raw(t, "settle-pending", timer(attempt)) || n.posts > 0 {
			t.Fatalf("attempt %d is acknowledged, or given up", attempt)
		}
	}
	if !cloud.Raw(t, "settle-pending", timer(5)) {
		t.Error("what was given up is not acknowledged")
	}
	want := []letter{{
		Queue: "shop-dev-schedule--settle-pending-dead-letter",
		Body:  `{"Schedule": {"AdjustForDST": true}, "ScheduleStatus": null, "IsPastDue": false}`,
		Header: map[string]string{
			"Content-Type":     "application/json",
			"Brokerproperties": `{"Label":"dev.isobar.schedule.tick","MessageId":"settle-pending@2026-11-23T02:00:00Z"}`,
			"Isobar-Function":  `"settle-pending"`,
			"Isobar-Event":     `"settle-pending@2026-11-23T02:00:00Z"`,
			"Isobar-Source":    `"/schedules/settle-pending"`,
			"Isobar-Error":     `"no %22money%22%0D%0AX-Forged: %C3%BC"`,
			"Isobar-Attempt":   "5",
		},
	}}
	if diff := cmp.Diff(want, n.taken); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Of the documents of a last call those that fail are sent, and the others handled, as the host goes on behind all of them.
func TestTheLastFailuresOfATableAreSent(t *testing.T) {
	n := startNamespace(t)
	var seen []string
	cloud := n.cloud(t, track(&seen)).(runtimetest.Events)
	documents := func(attempt int) []runtimetest.Change {
		return []runtimetest.Change{change("a", attempt), change("fails-1", attempt), change("b", attempt), change("fails-2", attempt), change("c", attempt)}
	}
	if cloud.Change(t, "track", documents(4)...)[0] || len(n.taken) > 0 {
		t.Error("the last attempt but one is acknowledged, or given up")
	}
	if !cloud.Change(t, "track", documents(5)...)[0] {
		t.Error("what was given up is not acknowledged")
	}
	if diff := cmp.Diff([]string{"a", "fails-1", "a", "fails-1", "b", "fails-2", "c"}, seen); diff != "" {
		t.Errorf("the handler saw (-want +got):\n%s", diff)
	}
	var got []string
	for _, l := range n.taken {
		var document struct{ Item json.RawMessage }
		if err := json.Unmarshal([]byte(l.Body), &document); err != nil {
			t.Fatal(err)
		}
		got = append(got, l.Queue+" "+l.Header["Isobar-Attempt"]+" "+string(document.Item))
	}
	want := []string{`shop-dev-orders--track-dead-letter 5 {"id":"fails-1"}`, `shop-dev-orders--track-dead-letter 5 {"id":"fails-2"}`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

// Without the queue the documents behind a last failure are handled yet, and the call fails as it would have.
func TestALastFailureThatCannotBeSent(t *testing.T) {
	n := startNamespace(t, 404, 404)
	var seen []string
	cloud := n.cloud(t, track(&seen)).(runtimetest.Events)
	if cloud.Change(t, "track", change("fails-1", 5), change("a", 5), change("fails-2", 5), change("b", 5))[0] {
		t.Error("acknowledged, though nothing could be sent")
	}
	if diff := cmp.Diff([]string{"fails-1", "a", "fails-2", "b"}, seen); diff != "" || n.posts != 2 {
		t.Errorf("%d messages posted, the handler saw (-want +got):\n%s", n.posts, diff)
	}
}

func TestAPermanentFailureIsSentAtOnce(t *testing.T) {
	n := startNamespace(t)
	if !n.cloud(t, settle(fn.Permanent(errors.New("never")))).Raw(t, "settle-pending", timer(1)) || len(n.taken) != 1 {
		t.Errorf("not acknowledged, or %d messages sent", len(n.taken))
	}
	var seen []string
	// A document that no item stands in cannot be decoded: it does not keep away those behind it.
	documents, err := json.Marshal(`[{"id": "1", "pk": "1", "_etag": "\"e1\"", "_ts": 1795000000}, {"id": "2", "pk": "2", "item": {"id": "a"}, "_etag": "\"e2\"", "_ts": 1795000000}]`)
	if err != nil {
		t.Fatal(err)
	}
	call, err := json.Marshal(map[string]any{"Data": map[string]any{"documents": string(documents)}, "Metadata": map[string]any{}})
	if err != nil {
		t.Fatal(err)
	}
	if !n.cloud(t, track(&seen)).Raw(t, "track", string(call)) || len(n.taken) != 2 || len(seen) != 1 {
		t.Errorf("not acknowledged, or %d messages sent, or seen %v", len(n.taken), seen)
	}
}

func TestSendingIsTriedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		answers       []int
		settled       bool
		posts, tokens int
	}{
		"a queue that is there":             {nil, true, 1, 1},
		"a queue that is busy, then not":    {[]int{503, 429}, true, 3, 1},
		"a queue that stays busy":           {[]int{500, 500, 500, 500}, false, 3, 1},
		"a token that is refused":           {[]int{401}, true, 2, 2},
		"a token that stays refused":        {[]int{401, 401, 401, 401}, false, 3, 3},
		"a queue that is not there":         {[]int{410}, false, 1, 1},
		"a namespace that is full":          {[]int{403}, false, 1, 1},
		"another address":                   {[]int{302}, false, 1, 1},
		"an answer that is not of the kind": {[]int{200}, false, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := startNamespace(t, c.answers...)
			settled := n.cloud(t, settle(errors.New("no"))).Raw(t, "settle-pending", timer(5))
			if settled != c.settled || n.posts != c.posts || n.tokens != c.tokens {
				t.Errorf("settled: %v by %d posts with %d tokens, want %v, %d, %d", settled, n.posts, n.tokens, c.settled, c.posts, c.tokens)
			}
		})
	}
}

func TestTokensAreShared(t *testing.T) {
	for name, c := range map[string]struct {
		lifetime time.Duration
		tokens   int
	}{
		"until they expire":                   {time.Hour, 1},
		"but not until the last moment":       {time.Minute, 2},
		"and not when they have expired long": {-time.Hour, 2},
	} {
		t.Run(name, func(t *testing.T) {
			n := startNamespace(t)
			n.lifetime, n.slow = c.lifetime, 100*time.Millisecond
			cloud := n.cloud(t, settle(errors.New("no")))
			var wait sync.WaitGroup
			for range 8 {
				wait.Go(func() {
					if !cloud.Raw(t, "settle-pending", timer(5)) {
						t.Error("not acknowledged")
					}
				})
			}
			wait.Wait()
			if n.tokens != 1 {
				t.Fatalf("%d tokens for those who ask at once", n.tokens)
			}
			cloud.Raw(t, "settle-pending", timer(5))
			if n.tokens != c.tokens || len(n.taken) != 9 {
				t.Errorf("%d tokens for %d messages, want %d for 9", n.tokens, len(n.taken), c.tokens)
			}
		})
	}
}

// A payload that no message can hold is left out: what stays names the event.
func TestALargePayload(t *testing.T) {
	n := startNamespace(t)
	var seen []string
	large := change("fails", 5)
	large.New = `{"id": "fails", "text": "` + strings.Repeat("x", 300<<10) + `"}`
	if !n.cloud(t, track(&seen)).(runtimetest.Events).Change(t, "track", large)[0] || len(n.taken) != 1 {
		t.Fatal("not acknowledged")
	}
	var got struct{ ID, Source, Type, Time string }
	if err := json.Unmarshal([]byte(n.taken[0].Body), &got); err != nil {
		t.Fatal(err)
	}
	if got.ID != strings.Trim(n.taken[0].Header["Isobar-Event"], `"`) || got.Source != "/tables/orders" || got.Type != fn.TypeItemUpserted || got.Time != "2026-11-23T02:00:00Z" {
		t.Errorf("the body names %+v", got)
	}
	if n.taken[0].Header["Isobar-Payload"] == "" {
		t.Error("the message does not say that the payload is left out")
	}
}

// What the handler says is bounded, and so is the ID of a message.
func TestLongNames(t *testing.T) {
	n := startNamespace(t)
	var seen []string
	long := change("fails", 5)
	long.Key = `{"id": "` + strings.Repeat("k", 500) + `"}`
	if !n.cloud(t, track(&seen)).(runtimetest.Events).Change(t, "track", long)[0] {
		t.Fatal("not acknowledged")
	}
	if !n.cloud(t, settle(errors.New(strings.Repeat("ü", 1<<20)))).Raw(t, "settle-pending", timer(5)) {
		t.Fatal("not acknowledged")
	}
	var broker struct{ MessageID string }
	if err := json.Unmarshal([]byte(n.taken[0].Header["Brokerproperties"]), &broker); err != nil || len(broker.MessageID) > 128 || broker.MessageID == "" {
		t.Errorf("the message's ID is %q: %v", broker.MessageID, err)
	}
	for _, l := range n.taken {
		for name, value := range l.Header {
			if len(value) > 1100 {
				t.Errorf("%s has %d bytes", name, len(value))
			}
		}
	}
}

// A function without a queue in its settings fails as it did; so does one whose app has no identity.
func TestSettingsThatAreNotThere(t *testing.T) {
	for _, settings := range []map[string]string{
		{},
		{"SERVICEBUS__fullyQualifiedNamespace": "shop.servicebus.windows.net"},
		{"ISOBAR_DEAD_LETTER_SETTLE_PENDING": "q"},
		{"SERVICEBUS__fullyQualifiedNamespace": "shop.servicebus.windows.net", "ISOBAR_DEAD_LETTER_SETTLE_PENDING": "q"},
	} {
		letters := azure.DeadLetters(func(name string) string { return settings[name] }, refusing{t})
		server := httptest.NewServer(azure.New(app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{settle(errors.New("no"))}}, letters))
		if runtimetest.Azure(server.URL).Raw(t, "settle-pending", timer(5)) {
			t.Errorf("%v: acknowledged", settings)
		}
		server.Close()
	}
}

// refusing is a network to which nothing may be sent.
type refusing struct{ t *testing.T }

func (r refusing) RoundTrip(req *http.Request) (*http.Response, error) {
	r.t.Errorf("a request to %s", req.URL)
	return nil, errors.New("no network")
}

// Nothing waits for ever, even when those who ask have gone.
func TestSendingIsBounded(t *testing.T) {
	n := startNamespace(t)
	var bounded []bool
	letters := azure.DeadLetters(func(name string) string {
		return map[string]string{
			"SERVICEBUS__fullyQualifiedNamespace": "shop.servicebus.windows.net", "SERVICEBUS__clientId": "client",
			"IDENTITY_ENDPOINT": n.URL + "/token", "IDENTITY_HEADER": "secret", "ISOBAR_DEAD_LETTER_NIGHT": "q",
		}[name]
	}, tripper(func(r *http.Request) (*http.Response, error) {
		_, ok := r.Context().Deadline()
		bounded = append(bounded, ok)
		if r.URL.Path == "/token" {
			return n.Client().Transport.RoundTrip(r)
		}
		return &http.Response{StatusCode: http.StatusCreated, Body: http.NoBody, Request: r}, nil
	}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := letters("night").Send(ctx, app.DeadLetter{Function: "night", Event: fn.Event{ID: "night@1"}}); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]bool{true, true}, bounded); diff != "" {
		t.Errorf("requests with a deadline (-want +got):\n%s", diff)
	}
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
