package users

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// UserCreated says that there is a new user.
type UserCreated struct {
	UserID string `json:"userId"`
}

// Welcome greets a new user, and gives the user the preferences that all begin with. The same message may come again: preferences that
// are there are left as they are, and then there is nothing to greet for.
func Welcome(ctx context.Context, m fn.Message[UserCreated]) error {
	if m.Data.UserID == "" {
		return fn.Permanent(errors.New("the message names no user"))
	}
	user, err := store.User(ctx, m.Data.UserID)
	if errors.Is(err, ErrNotFound) {
		// The table may show the user a moment after the message: trying again is of use.
		return fmt.Errorf("user %s: %w", m.Data.UserID, err)
	}
	if err != nil {
		return fmt.Errorf("reading user %s: %w", m.Data.UserID, err)
	}
	isNew, err := store.Prefer(ctx, user.ID, Preferences{Newsletter: true, Notifications: true})
	if err != nil {
		return fmt.Errorf("keeping the preferences of user %s: %w", user.ID, err)
	}
	if !isNew {
		slog.InfoContext(ctx, "user was welcomed before", "user", user.ID, "event", m.ID)
		return nil
	}
	if err := mailer.Welcome(ctx, user); err != nil {
		return fmt.Errorf("greeting user %s: %w", user.ID, errors.Join(err, store.Forget(ctx, user.ID)))
	}
	return nil
}

// Mailer sends e-mail.
type Mailer interface {
	// Welcome greets a user.
	Welcome(ctx context.Context, u User) error
}

// mailer is what Welcome uses: the log, until the shop has a mail service.
var mailer Mailer = logMailer{}

type logMailer struct{}

func (logMailer) Welcome(ctx context.Context, u User) error {
	slog.InfoContext(ctx, "welcome", "user", u.ID)
	return nil
}

// Index keeps the index of users by e-mail address up to date with the table.
func Index(ctx context.Context, c fn.Change[User]) error {
	if c.New.ID == "" || c.New.Email == "" {
		return fn.Permanent(fmt.Errorf("the item %v is no user", c.Key))
	}
	if err := index.Put(ctx, c.New.Email, c.New.ID); err != nil {
		return fmt.Errorf("indexing user %s: %w", c.New.ID, err)
	}
	slog.InfoContext(ctx, "user indexed", "user", c.New.ID, "event", c.ID)
	return nil
}
