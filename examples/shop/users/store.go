package users

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
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
	Newsletter    bool `json:"newsletter"`
	Notifications bool `json:"notifications"`
}

// store is what the handlers use: memory, until the shop has a table. Every instance of a function has its own, which starts
// with one user.
var store Store = NewMemory(User{ID: "ada", Name: "Ada Lovelace", Email: "ada@example.com"})

// Memory is a Store in memory.
type Memory struct {
	mu          sync.RWMutex
	users       []User // in the order of their IDs
	preferences map[string]Preferences
}

// NewMemory returns a store of users, whose IDs must differ.
func NewMemory(users ...User) *Memory {
	m := &Memory{users: slices.Clone(users), preferences: map[string]Preferences{}}
	slices.SortFunc(m.users, byID)
	return m
}

func byID(a, b User) int { return strings.Compare(a.ID, b.ID) }

// User implements Store.
func (m *Memory) User(_ context.Context, id string) (User, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if i, ok := slices.BinarySearchFunc(m.users, User{ID: id}, byID); ok {
		return m.users[i], nil
	}
	return User{}, ErrNotFound
}

// Users implements Store.
func (m *Memory) Users(_ context.Context, after string, limit int) ([]User, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	i, found := slices.BinarySearchFunc(m.users, User{ID: after}, byID)
	if found {
		i++
	}
	page := m.users[i:]
	return append([]User{}, page[:min(limit, len(page))]...), nil
}

// Add implements Store.
func (m *Memory) Add(_ context.Context, u User) (User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if slices.ContainsFunc(m.users, func(other User) bool { return other.Email == u.Email }) {
		return User{}, ErrEmailTaken
	}
	u.ID, u.CreatedAt = strings.ToLower(rand.Text()), time.Now().Unix()
	i, _ := slices.BinarySearchFunc(m.users, u, byID)
	m.users = slices.Insert(m.users, i, u)
	return u, nil
}

// Prefer implements Store.
func (m *Memory) Prefer(_ context.Context, id string, p Preferences) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.preferences[id]; ok {
		return false, nil
	}
	m.preferences[id] = p
	return true, nil
}

// Forget implements Store.
func (m *Memory) Forget(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.preferences, id)
	return nil
}
