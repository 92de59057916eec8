package senders_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/GoogleCloudPlatform/functions-framework-go/funcframework"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/aws"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/gcp"
)

// What an entrypoint finds in its environment.
const (
	hostVariable  = "SENDERS_HOST"
	notesVariable = "SENDERS_NOTES" // the file in which handlers note what they saw
)

// TestMain makes the test's executable an entrypoint, where a test starts it as one.
func TestMain(m *testing.M) {
	switch os.Getenv(hostVariable) {
	case "aws":
		aws.Main(shop())
	case "gcp":
		gcp.Register(shop())
		if err := funcframework.StartHostPort("127.0.0.1", os.Getenv("PORT")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		os.Exit(m.Run())
	}
}

// order is the payload of messages. Its ID says how it is handled: one that is "bad" fails, and one that is "flaky" fails the first time.
type order struct {
	ID     string `json:"id"`
	Amount int64  `json:"amount"`
}

func (o order) handle() error {
	_, seen := handled.LoadOrStore(o.ID, true)
	if strings.Contains(o.ID, "bad") || strings.Contains(o.ID, "flaky") && !seen {
		return errors.New("the order is " + o.ID)
	}
	return nil
}

var handled sync.Map

// user is an item of a table.
type user struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Score int64    `json:"score"`
	Tags  []string `json:"tags"`
}

// note is what a handler saw. The provider's own payload is left out of the event.
type note struct {
	Function string
	fn.Event
	Data        order
	Attributes  map[string]string
	OrderingKey string
	Object      fn.Object
	Key         map[string]any
	New, Old    *user
}

// shop is the app that is sent to: its handlers note what they see.
func shop() app.App {
	hear := func(name string) func(context.Context, fn.Message[order]) error {
		return func(_ context.Context, m fn.Message[order]) error {
			return errors.Join(take(note{Function: name, Event: m.Event, Data: m.Data, Attributes: m.Attributes, OrderingKey: m.OrderingKey}), m.Data.handle())
		}
	}
	look := func(_ context.Context, o fn.Object) error {
		e := o.Event
		o.Event = fn.Event{}
		return take(note{Function: "look", Event: e, Object: o})
	}
	track := func(_ context.Context, c fn.Change[user]) error {
		n := note{Function: "track", Event: c.Event, Key: c.Key, Old: c.Old}
		if c.Type != fn.TypeItemDeleted {
			n.New = &c.New
		}
		return take(n)
	}
	both, every := app.Objects{On: []string{"created", "deleted"}, Prefix: "uploads/"}, app.Changes{On: []string{"upserted", "deleted"}, Key: []string{"id"}}
	a := app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
		{Name: "work", Handler: app.Queue("jobs", hear("work"))},
		{Name: "step", Handler: app.Queue("steps", hear("step")).Ordered()},
		{Name: "hear", Handler: app.Topic("news", hear("hear"))},
		{Name: "look", Handler: app.Bucket("uploads", both, look)},
		{Name: "track", Handler: app.Table("users", every, track)},
		{Name: "show", Handler: app.HTTP("GET /show/{id}", show)},
		{Name: "post", Handler: app.HTTP("POST /show/{id}", show)},
	}}
	for i := range a.Functions {
		a.Functions[i].Timeout = 5 * time.Second
	}
	return a
}

// shown is what a request was, as its handler saw it.
type shown struct {
	Method, Path, ID, Body, Header, Cookie string
	Query                                  map[string][]string
}

func show(w http.ResponseWriter, r *http.Request) {
	cookie := ""
	if c, err := r.Cookie("session"); err == nil {
		cookie = c.Value
	}
	w.Header().Set("Content-Type", "application/json")
	http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(shown{r.Method, r.URL.Path, r.PathValue("id"), readAll(r), r.Header.Get("X-One"), cookie, r.URL.Query()})
}

var noting sync.Mutex

// take adds a note to the file of notes.
func take(n note) error {
	n.Raw = nil
	data, err := json.Marshal(n)
	if err != nil {
		return err
	}
	noting.Lock()
	defer noting.Unlock()
	file, err := os.OpenFile(os.Getenv(notesVariable), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(data, '\n'))
	return errors.Join(err, file.Close())
}

// notebook is a file of notes.
type notebook string

func newNotebook(t *testing.T) notebook { return notebook(filepath.Join(t.TempDir(), "notes")) }

// read returns all notes, in the order in which they were taken.
func (n notebook) read(t *testing.T) []note {
	t.Helper()
	data, err := os.ReadFile(string(n))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var notes []note
	for line := range strings.Lines(string(data)) {
		var one note
		if !strings.HasSuffix(line, "\n") {
			break // it is being written
		}
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatal(err)
		}
		notes = append(notes, one)
	}
	return notes
}

// of returns the notes of which a condition holds.
func (n notebook) of(t *testing.T, is func(note) bool) []note {
	t.Helper()
	var notes []note
	for _, one := range n.read(t) {
		if is(one) {
			notes = append(notes, one)
		}
	}
	return notes
}
