package plan

import (
	"time"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Queue is a queue with its dead-letter queue.
type Queue struct {
	Name string
	Pos  diag.Position
	// Visibility is how long a message that is being handled stays hidden: at least the consumer's timeout.
	Visibility Setting[time.Duration]
	// Retention is how long an unhandled message is kept.
	Retention Setting[time.Duration]
	// Delay is how long a message is hidden before it is delivered first.
	Delay Setting[time.Duration]
	// Ordered and Deduplicate are explicit when they are true.
	Ordered, Deduplicate Setting[bool]
	// Deliveries is how many failed deliveries send a message to the dead-letter queue.
	Deliveries Setting[int]
	// Consumer is the name of the function that the queue triggers; empty when there is none.
	Consumer string
}

// Topic is a topic. Its consumers are the functions whose trigger is a Subscription of it.
type Topic struct {
	Name string
	Pos  diag.Position
	// Retention is how long a message is kept for a consumer that has not handled it.
	Retention Setting[time.Duration]
	// Ordered and Deduplicate are explicit when they are true.
	Ordered, Deduplicate Setting[bool]
}

// Bucket is a bucket of objects: encrypted, and closed to the public.
type Bucket struct {
	Name       string
	Pos        diag.Position
	Versioning Setting[bool]
	// ExpireDays is the age at which an object is deleted, and ExpireVersionDays that at which what was overwritten or deleted
	// is deleted for good; 0 is never.
	ExpireDays, ExpireVersionDays Setting[int]
	DeletionProtection            Setting[bool]
}

// Table is a table of items, encrypted. Its consumers are the functions whose trigger is a Stream of it.
type Table struct {
	Name string
	Pos  diag.Position
	Key  Attribute
	// Sort is nil when items have no second key.
	Sort *Attribute
	// Indexes are in the order of their names.
	Indexes                                 []Index
	PointInTimeRecovery, DeletionProtection Setting[bool]
}

// Attribute is an attribute of items that is part of a key.
type Attribute struct {
	Name string
	// Number is true for a number, and false for text.
	Number bool
	Pos    diag.Position
}

// Index is a secondary index of a table.
type Index struct {
	Name string
	Pos  diag.Position
	Key  Attribute
	// Sort is nil when the index has no order.
	Sort *Attribute
}

// Secret is a secret. Its value is put in by a person.
type Secret struct {
	Name string
	Pos  diag.Position
}

// KeyNames are the names of the attributes of the table's key.
func (t *Table) KeyNames() []string {
	if t.Sort == nil {
		return []string{t.Key.Name}
	}
	return []string{t.Key.Name, t.Sort.Name}
}

// Table returns the table of a name, or nil.
func (a *App) Table(name string) *Table {
	for i := range a.Tables {
		if a.Tables[i].Name == name {
			return &a.Tables[i]
		}
	}
	return nil
}

// Topic returns the topic of a name, or nil.
func (a *App) Topic(name string) *Topic {
	for i := range a.Topics {
		if a.Topics[i].Name == name {
			return &a.Topics[i]
		}
	}
	return nil
}

// Queue returns the queue of a name, or nil.
func (a *App) Queue(name string) *Queue {
	for i := range a.Queues {
		if a.Queues[i].Name == name {
			return &a.Queues[i]
		}
	}
	return nil
}
