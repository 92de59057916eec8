package app

import (
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// The kinds of events of buckets and tables, as specs name them.
const (
	onCreated  = "created"
	onUpserted = "upserted"
	onDeleted  = "deleted"
)

// Object is an event of a bucket as a host decoded it.
type Object struct {
	// Deleted is set when the object was deleted, and not created.
	Deleted bool
	// Key is the object's name, nothing in it escaped.
	Key string
	// Size is in bytes.
	Size int64
	// ETag has no quotes.
	ETag string
}

func (o *Object) eventType() string {
	if o.Deleted {
		return fn.TypeObjectDeleted
	}
	return fn.TypeObjectCreated
}

// match tells whether a function is for an object. Clouds filter before they deliver, but not all of them can by all of this.
func (o Objects) match(d *Delivery) bool {
	on := onCreated
	if d.Object.Deleted {
		on = onDeleted
	}
	key := d.Object.Key
	return slices.Contains(o.On, on) && len(key) >= len(o.Prefix)+len(o.Suffix) &&
		strings.HasPrefix(key, o.Prefix) && strings.HasSuffix(key, o.Suffix)
}
