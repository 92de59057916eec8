package users

import (
	"context"
	"sync"
)

// Emails finds users by their e-mail addresses. It is safe for concurrent use.
type Emails interface {
	// Put has an address mean a user, whoever it meant before.
	Put(ctx context.Context, email, id string) error
}

// index is what Index keeps: memory, until the shop has a client for its table. Every instance of the function has its own.
var index Emails = &memoryEmails{ids: map[string]string{}}

type memoryEmails struct {
	mu  sync.Mutex
	ids map[string]string // by address
}

func (m *memoryEmails) Put(_ context.Context, email, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ids[email] = id
	return nil
}
