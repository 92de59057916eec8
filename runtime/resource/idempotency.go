package resource

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"gocloud.dev/docstore"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// Idempotency returns a store for [fn.Idempotent] in a table, which all instances of a function share. The function needs to read the
// table and to write to it, and the table's key is one text:
//
//	var once = fn.Idempotent(resource.Idempotency("events"), process)
//
//	access: { events: [read, write] }
//	tables: { events: { key: { id: string } } }
//
// What one function has handled is told apart from what others have: an event of a topic comes to each of its functions under the same ID,
// and they may share a table.
//
// Each step is one conditional write: the token of a claim is the revision of the item that made it. What is remembered is forgotten in
// time, and overwritten when the same event comes again; nothing deletes it otherwise: its attribute expires is a time in seconds, by which
// a cloud can be told to.
func Idempotency(table string) fn.IdempotencyStore { return idempotency{table} }

type idempotency struct{ table string }

// The attributes of an item beside the table's key.
const (
	attributeDone    = "done"    // whether the event was handled
	attributeExpires = "expires" // in seconds
	attributeClaim   = "claim"   // what no other claim has
)

// item returns the table, and an item of an event with its key alone, of the function that is calling. The key of an event may have any
// characters, and any length.
func (s idempotency) item(ctx context.Context, event string) (*docstore.Collection, map[string]any, error) {
	t, err := Table(ctx, s.table)
	if err != nil {
		return nil, nil, err
	}
	c, err := clientsOf(ctx)
	if err != nil {
		return nil, nil, err
	}
	base, err := c.table(ctx, s.table)
	if err != nil {
		return nil, nil, err
	}
	if len(base.Key) != 1 {
		return nil, nil, fmt.Errorf("table %s: events are remembered by one attribute, and its key has %d", s.table, len(base.Key))
	}
	caller, _ := app.GrantedTo(ctx)                                // which Table has asked for
	digest := sha256.Sum256([]byte(caller.Function + "#" + event)) // no name of a function has a #
	return t, map[string]any{base.Key[0]: hex.EncodeToString(digest[:])}, nil
}

// state is what is known of an event.
type state struct {
	found, done, expired bool
}

// look reads an item into doc, with its revision.
func look(ctx context.Context, t *docstore.Collection, doc map[string]any) (state, error) {
	doc[docstore.DefaultRevisionField] = nil
	err := t.Get(ctx, doc)
	switch {
	case gcerrors.Code(err) == gcerrors.NotFound:
		return state{}, nil
	case err != nil:
		return state{}, err
	}
	s := state{found: true, expired: time.Now().Unix() >= seconds(doc[attributeExpires])}
	s.done, _ = doc[attributeDone].(bool)
	return s, nil
}

// seconds reads a number, which drivers return as different types.
func seconds(value any) int64 {
	switch n := value.(type) {
	case int64:
		return n
	case int:
		return int64(n)
	case float64:
		return int64(n)
	}
	return 0
}

// Claim implements fn.IdempotencyStore.
func (s idempotency) Claim(ctx context.Context, key string, lease time.Duration) (fn.Claim, error) {
	t, doc, err := s.item(ctx, key)
	if err != nil {
		return fn.Claim{}, err
	}
	now, err := look(ctx, t, doc)
	if err != nil {
		return fn.Claim{}, err
	}
	if now.found && !now.expired {
		return fn.Claim{Done: now.done}, nil
	}
	mine := rand.Text()
	doc[attributeDone], doc[attributeExpires], doc[attributeClaim] = false, expiry(lease), mine
	write := t.Create
	if now.found {
		write = t.Replace // of this very state, by its revision
	}
	err = write(ctx, doc)
	if isOvertaken(err) { // by another call, or by this one, whose first try was answered by nobody
		if t, doc, err = s.item(ctx, key); err == nil { // with nothing in it of what was to be written
			now, err = look(ctx, t, doc)
		}
		if err == nil && doc[attributeClaim] != mine {
			return fn.Claim{Done: now.done && !now.expired}, nil
		}
	}
	if err != nil {
		return fn.Claim{}, err
	}
	token, err := t.RevisionToString(doc[docstore.DefaultRevisionField])
	return fn.Claim{Token: token}, err
}

// expiry is the end of a time, a little late: seconds are not split.
func expiry(after time.Duration) int64 { return time.Now().Add(after + time.Second).Unix() }

// isOvertaken tells whether a write was not made as another was made first.
func isOvertaken(err error) bool {
	switch gcerrors.Code(err) {
	case gcerrors.AlreadyExists, gcerrors.FailedPrecondition, gcerrors.NotFound:
		return err != nil
	default:
		return false
	}
}

var errNotClaimed = errors.New("the claim has expired, and another call may have handled the event")

// claimed returns the table, and the item that a claim made.
func (s idempotency) claimed(ctx context.Context, key, token string) (*docstore.Collection, map[string]any, error) {
	t, doc, err := s.item(ctx, key)
	if err != nil {
		return nil, nil, err
	}
	doc[docstore.DefaultRevisionField], err = t.StringToRevision(token)
	return t, doc, err
}

// Complete implements fn.IdempotencyStore.
func (s idempotency) Complete(ctx context.Context, key, token string, keep time.Duration) error {
	t, doc, err := s.claimed(ctx, key, token)
	if err != nil {
		return err
	}
	doc[attributeDone], doc[attributeExpires] = true, expiry(keep)
	if err := t.Replace(ctx, doc); !isOvertaken(err) {
		return err
	}
	return errNotClaimed
}

// Release implements fn.IdempotencyStore.
func (s idempotency) Release(ctx context.Context, key, token string) error {
	t, doc, err := s.claimed(ctx, key, token)
	if err != nil {
		return err
	}
	if err := t.Delete(ctx, doc); !isOvertaken(err) {
		return err
	}
	return nil // another call has it by now
}
