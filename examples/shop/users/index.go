package users

import "context"

// Emails finds users by their e-mail addresses. It is safe for concurrent use.
type Emails interface {
	// Put has an address mean a user, whoever it meant before.
	Put(ctx context.Context, email, id string) error
}

// index is what Index keeps.
var index Emails = emailTable{}
