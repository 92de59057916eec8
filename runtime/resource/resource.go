package resource

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gocloud.dev/blob"
	"gocloud.dev/docstore"
	"gocloud.dev/pubsub"

	"github.com/isobar-dev/isobar/runtime/app"
)

// Bucket returns the bucket of a name. What the function may not do with it fails when it is done.
func Bucket(ctx context.Context, name string) (*blob.Bucket, error) {
	g, err := granted(ctx, KindBucket, name, VerbRead, VerbWrite)
	if err != nil {
		return nil, err
	}
	c, err := clientsOf(ctx)
	if err != nil {
		return nil, err
	}
	return open(ctx, c, g.key(), func(ctx context.Context) (*blob.Bucket, time.Time, func() error, error) {
		base, err := open(ctx, c, slotKey{KindBucket, name, ""}, func(ctx context.Context) (*blob.Bucket, time.Time, func() error, error) {
			_, id, err := c.find(KindBucket, name)
			if err != nil {
				return nil, time.Time{}, nil, err
			}
			if c.drives().Bucket == nil {
				return nil, time.Time{}, nil, missing(KindBucket)
			}
			b, err := c.drives().Bucket(context.WithoutCancel(ctx), id)
			if err != nil {
				return nil, time.Time{}, nil, err
			}
			return b, time.Time{}, b.Close, nil
		})
		if err != nil {
			return nil, time.Time{}, nil, err
		}
		b := blob.NewBucket(guardedBucket{base, g})
		return b, time.Time{}, b.Close, nil
	})
}

// Table returns the table of a name, as a collection of documents. What the function may not do with it fails when it is done.
func Table(ctx context.Context, name string) (*docstore.Collection, error) {
	g, err := granted(ctx, KindTable, name, VerbRead, VerbWrite)
	if err != nil {
		return nil, err
	}
	c, err := clientsOf(ctx)
	if err != nil {
		return nil, err
	}
	return open(ctx, c, g.key(), func(ctx context.Context) (*docstore.Collection, time.Time, func() error, error) {
		base, err := c.table(ctx, name)
		if err != nil {
			return nil, time.Time{}, nil, err
		}
		t := docstore.NewCollection(guardedTable{base.Collection, base.Resource, c.drives().Local, g})
		return t, time.Time{}, t.Close, nil
	})
}

// table is a table, and what the app says of it.
type table struct {
	*docstore.Collection
	*app.Resource
}

func (c *Clients) table(ctx context.Context, name string) (table, error) {
	return open(ctx, c, slotKey{KindTable, name, ""}, func(ctx context.Context) (table, time.Time, func() error, error) {
		r, id, err := c.find(KindTable, name)
		if err != nil {
			return table{}, time.Time{}, nil, err
		}
		if c.drives().Table == nil {
			return table{}, time.Time{}, nil, missing(KindTable)
		}
		t, err := c.drives().Table(context.WithoutCancel(ctx), id, r.Key)
		if err != nil {
			return table{}, time.Time{}, nil, err
		}
		return table{t, r}, time.Time{}, t.Close, nil
	})
}

// target is what messages are sent to.
type target struct {
	*pubsub.Topic
	ordered bool
}

func (c *Clients) target(ctx context.Context, kind Kind, name string) (target, error) {
	return open(ctx, c, slotKey{kind, name, ""}, func(ctx context.Context) (target, time.Time, func() error, error) {
		r, id, err := c.find(kind, name)
		if err != nil {
			return target{}, time.Time{}, nil, err
		}
		driver := c.drives().Topic
		if kind == KindQueue {
			driver = c.drives().Queue
		}
		if driver == nil {
			return target{}, time.Time{}, nil, missing(kind)
		}
		t, err := driver(context.WithoutCancel(ctx), id, r.Ordered)
		if err != nil {
			return target{}, time.Time{}, nil, err
		}
		return target{t, r.Ordered}, time.Time{}, func() error { return t.Shutdown(context.Background()) }, nil
	})
}

// SecretKeep is how long a secret's value is kept before it is read again, so that a new one gets through. SecretStale is how long it is kept
// when the vault cannot be reached, or has no time: that it is away for a moment is no reason for all of the function's calls to fail.
const (
	SecretKeep  = 5 * time.Minute
	SecretStale = time.Hour
)

// Secret returns the value of a secret. It is read anew every [SecretKeep], and fails when the vault says no: that the secret is gone, or that
// the function may not read it. While the vault does not answer, the value of before is good for [SecretStale] in all. No error has a value
// in it.
func Secret(ctx context.Context, name string) (string, error) {
	if _, err := granted(ctx, KindSecret, name, VerbRead); err != nil {
		return "", err
	}
	c, err := clientsOf(ctx)
	if err != nil {
		return "", err
	}
	return open(ctx, c, slotKey{KindSecret, name, ""}, func(ctx context.Context) (string, time.Time, func() error, error) {
		_, id, err := c.find(KindSecret, name)
		if err != nil {
			return "", time.Time{}, nil, err
		}
		if c.drives().Secret == nil {
			return "", time.Time{}, nil, missing(KindSecret)
		}
		value, err := c.drives().Secret(ctx, id)
		if err == nil && !utf8.ValidString(value) {
			err = errors.New("its value is not text in UTF-8: encode what is binary, as base64 for example")
		}
		return value, time.Now().Add(SecretKeep), nil, err
	})
}

// key names what is opened for functions that may do the same.
func (g grant) key() slotKey {
	verbs := slices.Sorted(slices.Values(g.verbs))
	return slotKey{g.kind, g.resource, g.function + ":" + strings.Join(verbs, ",")}
}
