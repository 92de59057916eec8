package app

import (
	"bytes"
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
	if err := decodeItem(source, &attributes); err != nil {
		return fmt.Errorf("the key: %w", err)
	}
	*key = make(map[string]any, len(c.Key))
	for _, name := range c.Key {
		value, ok := attributes[name]
		if !ok {
			return fn.Permanent(fmt.Errorf("the item has no attribute %q, which its key needs", name))
		}
		(*key)[name] = value
	}
	if !item.Deleted {
		if err := decodeItem(item.New, next); err != nil {
			return err
		}
	}
	if len(item.Old) == 0 {
		return nil
	}
	if err := decodeItem(item.Old, last); err != nil {
		return fmt.Errorf("the old item: %w", err)
	}
	return nil
}

// decodeItem reads one JSON value, its numbers without loss where the target says no more than "any". What cannot be read today
// cannot be read tomorrow.
func decodeItem(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return fn.Permanent(fmt.Errorf("decoding the item: %w", err))
	}
	return nil
}
