package users

import (
	"context"
	"errors"
	"testing"

	"github.com/isobar-dev/isobar/runtime/fn"
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
	before, beforeMail := store, mailer
	mail := &post{down: true}
	store, mailer = NewMemory(ada), mail
	t.Cleanup(func() { store, mailer = before, beforeMail })
	ctx := context.Background()
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
}

func TestWelcomeOfNobody(t *testing.T) {
	before := store
	store = NewMemory()
	t.Cleanup(func() { store = before })
	ctx := context.Background()
	if err := Welcome(ctx, fn.Message[UserCreated]{}); !fn.IsPermanent(err) {
		t.Errorf("a message that names nobody gives %v", err)
	}
	if err := Welcome(ctx, fn.Message[UserCreated]{Data: UserCreated{UserID: "x"}}); !errors.Is(err, ErrNotFound) || fn.IsPermanent(err) {
		t.Errorf("a user that is not there yet gives %v", err)
	}
}

func TestIndex(t *testing.T) {
	before := index
	emails := &memoryEmails{ids: map[string]string{}}
	index = emails
	t.Cleanup(func() { index = before })
	ctx := context.Background()
	change := fn.Change[User]{Key: map[string]any{"id": ada.ID}, New: ada}
	for range 2 {
		if err := Index(ctx, change); err != nil {
			t.Fatal(err)
		}
	}
	if emails.ids[ada.Email] != ada.ID || len(emails.ids) != 1 {
		t.Errorf("the index is %v", emails.ids)
	}
	if err := Index(ctx, fn.Change[User]{New: User{ID: "x"}}); !fn.IsPermanent(err) {
		t.Errorf("an item that is no user gives %v", err)
	}
}
