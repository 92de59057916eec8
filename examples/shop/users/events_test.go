package users

import (
	"context"
	"errors"
	"testing"

	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/resource/resourcetest"
)

// post counts greetings, and fails while it is down.
type post struct {
	sent int
	down bool
}

func (p *post) Welcome(context.Context, User) error {
	if p.down {
		return errors.New("down")
	}
	p.sent++
	return nil
}

func TestWelcome(t *testing.T) {
	before := mailer
	mail := &post{down: true}
	mailer = mail
	t.Cleanup(func() { mailer = before })
	r := shop(t, ada)
	ctx := r.Context("welcome-user")
	created := fn.Message[UserCreated]{Data: UserCreated{UserID: ada.ID}}
	if err := Welcome(ctx, created); err == nil || fn.IsPermanent(err) {
		t.Fatalf("without mail it says %v", err)
	}
	mail.down = false
	for range 3 { // a message may come more than once
		if err := Welcome(ctx, created); err != nil {
			t.Fatal(err)
		}
	}
	if mail.sent != 1 {
		t.Errorf("%d greetings were sent", mail.sent)
	}
	kept := &item{User: User{ID: ada.ID}}
	if err := r.Table(tableUsers).Get(t.Context(), kept); err != nil || kept.Preferences == nil || !kept.Preferences.Newsletter || kept.User != ada {
		t.Errorf("the table has %+v (%v)", kept, err)
	}
}

// What is published is what is consumed.
func TestNewUsersAreWelcomed(t *testing.T) {
	r := shop(t)
	w := call(t, api(r), "POST", "/users", `{"name": "Grace", "email": "grace@example.com"}`)
	told := r.Published(topicNew)
	if w.Code != 201 || len(told) != 1 {
		t.Fatalf("got %d, and the topic has %d messages", w.Code, len(told))
	}
	if err := Welcome(r.Context("welcome-user"), resourcetest.Message[UserCreated](t, told[0])); err != nil {
		t.Error(err)
	}
}

func TestWelcomeOfNobody(t *testing.T) {
	ctx := shop(t).Context("welcome-user")
	if err := Welcome(ctx, fn.Message[UserCreated]{}); !fn.IsPermanent(err) {
		t.Errorf("a message that names nobody gives %v", err)
	}
	if err := Welcome(ctx, fn.Message[UserCreated]{Data: UserCreated{UserID: "x"}}); !errors.Is(err, ErrNotFound) || fn.IsPermanent(err) {
		t.Errorf("a user that is not there yet gives %v", err)
	}
}

func TestIndex(t *testing.T) {
	r := shop(t)
	ctx := r.Context("index-user")
	change := fn.Change[User]{Key: map[string]any{"id": ada.ID}, New: ada}
	for range 2 {
		if err := Index(ctx, change); err != nil {
			t.Fatal(err)
		}
	}
	found := map[string]any{"email": ada.Email}
	if err := r.Table(tableEmails).Get(t.Context(), found); err != nil || found["id"] != ada.ID {
		t.Errorf("the index has %v (%v)", found, err)
	}
	if err := Index(ctx, fn.Change[User]{New: User{ID: "x"}}); !fn.IsPermanent(err) {
		t.Errorf("an item that is no user gives %v", err)
	}
}
