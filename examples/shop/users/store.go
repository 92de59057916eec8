package users

import (
	"context"
	"errors"
)

// The errors of a Store.
var (
	ErrNotFound   = errors.New("no such user")
	ErrEmailTaken = errors.New("e-mail address taken")
)

// Store keeps users. It is safe for concurrent use.
type Store interface {
	// User returns one user, or ErrNotFound.
	User(ctx context.Context, id string) (User, error)
	// Users returns at most limit users whose IDs are greater than after, in the order of their IDs.
	Users(ctx context.Context, after string, limit int) ([]User, error)
	// Add gives a user an ID and keeps it, or returns ErrEmailTaken.
	Add(ctx context.Context, u User) (User, error)
	// Prefer keeps the preferences of a user that has none yet, and tells whether it did.
	Prefer(ctx context.Context, id string, p Preferences) (bool, error)
	// Forget removes the preferences of a user, if there are any.
	Forget(ctx context.Context, id string) error
}

// Preferences are what a user wants to be told.
type Preferences struct {
	Newsletter    bool `json:"newsletter" docstore:"newsletter"`
	Notifications bool `json:"notifications" docstore:"notifications"`
}

// store is what the handlers use.
var store Store = tables{}

// Announcer tells others of users.
type Announcer interface {
	// Created tells that there is a new user.
	Created(ctx context.Context, u User) error
}

// announcer is what Create uses.
var announcer Announcer = topic{}
