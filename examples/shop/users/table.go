package users

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"gocloud.dev/docstore"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource"
)

// The tables and the topic of the spec.
const (
	tableUsers  = "users"
	tableEmails = "emails"
	topicNew    = "user-created"
)

// tables is the Store that the handlers use: the table users, on whatever cloud they run.
type tables struct{}

// item is a user as it stands in the table.
type item struct {
	User
	Preferences *Preferences `docstore:"preferences,omitempty"`

	DocstoreRevision any
}

func get(ctx context.Context, id string) (*docstore.Collection, *item, error) {
	users, err := resource.Table(ctx, tableUsers)
	if err != nil {
		return nil, nil, err
	}
	found := &item{User: User{ID: id}}
	err = users.Get(ctx, found)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, nil, ErrNotFound
	}
	return users, found, err
}

// User implements Store.
func (tables) User(ctx context.Context, id string) (User, error) {
	_, found, err := get(ctx, id)
	if err != nil {
		return User{}, err
	}
	return found.User, nil
}

// Users implements Store. A table has no order of its own, so all users are read: the shop is small.
func (tables) Users(ctx context.Context, after string, limit int) ([]User, error) {
	users, err := resource.Table(ctx, tableUsers)
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, users.Query())
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(u User) bool { return u.ID <= after })
	slices.SortFunc(all, func(a, b User) int { return strings.Compare(a.ID, b.ID) })
	return all[:min(limit, len(all))], nil
}

// collect reads what a query finds.
func collect(ctx context.Context, q *docstore.Query) ([]User, error) {
	found := []User{}
	it := q.Get(ctx)
	defer it.Stop()
	for {
		var next item
		err := it.Next(ctx, &next)
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		found = append(found, next.User)
	}
}

// Add implements Store. Two users who come with one address at the same moment both get in: the table knows users by their IDs alone.
func (tables) Add(ctx context.Context, u User) (User, error) {
	users, err := resource.Table(ctx, tableUsers)
	if err != nil {
		return User{}, err
	}
	same, err := collect(ctx, users.Query().Where("email", "=", u.Email).Limit(1))
	if err != nil {
		return User{}, err
	}
	if len(same) > 0 {
		return User{}, ErrEmailTaken
	}
	u.ID, u.CreatedAt = strings.ToLower(rand.Text()), time.Now().Unix()
	return u, users.Create(ctx, &item{User: u})
}

// Prefer implements Store. Of two calls at the same time one changes the item, and the other fails, to be tried again.
func (tables) Prefer(ctx context.Context, id string, p Preferences) (bool, error) {
	users, found, err := get(ctx, id)
	if err != nil || found.Preferences != nil {
		return false, err
	}
	found.Preferences = &p
	return true, users.Replace(ctx, found)
}

// Forget implements Store.
func (tables) Forget(ctx context.Context, id string) error {
	users, found, err := get(ctx, id)
	if err != nil {
		return err
	}
	found.Preferences = nil
	return users.Replace(ctx, found)
}

// topic tells of new users.
type topic struct{}

// Created implements Announcer.
func (topic) Created(ctx context.Context, u User) error {
	return resource.Publish(ctx, topicNew, UserCreated{UserID: u.ID}, resource.Attribute("source", "shop"))
}

// emailTable is the index that Index keeps: the table emails.
type emailTable struct{}

// Put implements Emails. Changes of a user may come in any order, and an address goes to who had it last.
func (emailTable) Put(ctx context.Context, email, id string) error {
	emails, err := resource.Table(ctx, tableEmails)
	if err != nil {
		return err
	}
	return emails.Put(ctx, map[string]any{"email": email, "id": id})
}
