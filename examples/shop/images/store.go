package images

import (
	"context"
	"errors"
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

// store is what the handler uses.
var store Store = buckets{}
