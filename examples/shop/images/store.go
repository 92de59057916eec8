package images

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// ErrNotFound is the error of an object that does not exist.
var ErrNotFound = errors.New("no such object")

// Store keeps objects in buckets. It is safe for concurrent use.
type Store interface {
	// Read returns the content of an object, or ErrNotFound.
	Read(ctx context.Context, bucket, key string) ([]byte, error)
	// Write makes an object, or replaces the one that there is.
	Write(ctx context.Context, bucket, key string, data []byte) error
}

// store is what the handler uses: memory, until the shop has a client for its bucket. Every instance of a function has its own.
var store Store = NewMemory()

// Memory is a Store in memory.
type Memory struct {
	mu      sync.Mutex
	objects map[[2]string][]byte // by bucket and key
}

// NewMemory returns an empty store.
func NewMemory() *Memory { return &Memory{objects: map[[2]string][]byte{}} }

// Read implements Store.
func (m *Memory) Read(_ context.Context, bucket, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.objects[[2]string{bucket, key}]
	if !ok {
		return nil, ErrNotFound
	}
	return slices.Clone(data), nil
}

// Write implements Store.
func (m *Memory) Write(_ context.Context, bucket, key string, data []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.objects[[2]string{bucket, key}] = slices.Clone(data)
	return nil
}
