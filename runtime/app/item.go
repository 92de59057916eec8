package app

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// Item is a change of a table's item as a host decoded it. Items are JSON objects.
type Item struct {
	// Deleted is set when the item was deleted, and not inserted or changed.
	Deleted bool
	// Key holds the attributes of the key, where the cloud tells them apart; otherwise they are taken out of New or Old.
	Key json.RawMessage
	// New is the item as it is now; empty when it was deleted.
	New json.RawMessage
	// Old is the item as it was; empty where the cloud does not tell.
	Old json.RawMessage
}

func (i *Item) eventType() string {
	if i.Deleted {
		return fn.TypeItemDeleted
	}
	return fn.TypeItemUpserted
}

func (c Changes) match(d *Delivery) bool {
	if d.Item.Deleted {
		return slices.Contains(c.On, onDeleted)
	}
	return slices.Contains(c.On, onUpserted)
}

// decode reads an item into the parts of an fn.Change[T]: next is a *T and last a **T.
func (c Changes) decode(item Item, key *map[string]any, next, last any) error {
	source := item.Key
	for _, whole := range []json.RawMessage{item.New, item.Old} {
		if len(source) == 0 {
			source = whole
		}
	}
	var attributes map[string]any
	if err := decode("the key", source, &attributes); err != nil {
		return err
	}
	*key = make(map[string]any, len(c.Key))
	for _, name := range c.Key {
		value, ok := attributes[name]
		if !ok {
			return fn.Permanent(fmt.Errorf("the item has no attribute %q, which its key needs", name))
		}
		switch value.(type) {
		case string, json.Number:
			(*key)[name] = value
		default:
			return fn.Permanent(fmt.Errorf("the attribute %q of the key is neither a string nor a number", name))
		}
	}
	if !item.Deleted {
		if err := decode("the item", item.New, next); err != nil {
			return err
		}
	}
	if len(item.Old) == 0 {
		return nil
	}
	return decode("the old item", item.Old, last)
}
