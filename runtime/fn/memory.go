package fn

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"
)

// MemoryStore is an IdempotencyStore in the memory of one process: for tests, and for what need not be told apart across
// instances. The zero MemoryStore is empty and ready to use.
type MemoryStore struct {
	// Now is the clock; time.Now unless set.
	Now func() time.Time

	mu      sync.Mutex
	records map[string]record
	sweep   time.Time // when expired records are next removed
}

type record struct {
	done    bool
	token   string
	expires time.Time
}

// sweepInterval is how often expired records are removed, so that the store does not grow without end.
const sweepInterval = time.Minute

func (s *MemoryStore) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// Claim implements IdempotencyStore.
func (s *MemoryStore) Claim(_ context.Context, key string, lease time.Duration) (Claim, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.removeExpired(now)
	if r, ok := s.records[key]; ok && now.Before(r.expires) {
		return Claim{Done: r.done}, nil
	}
	token := rand.Text()
	s.records[key] = record{token: token, expires: now.Add(lease)}
	return Claim{Token: token}, nil
}

// Complete implements IdempotencyStore.
func (s *MemoryStore) Complete(_ context.Context, key, token string, keep time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.records[key]; !ok || r.done || r.token != token {
		return errors.New("the claim expired, and another call has claimed the event since")
	}
	s.records[key] = record{done: true, expires: s.now().Add(keep)}
	return nil
}

// Release implements IdempotencyStore.
func (s *MemoryStore) Release(_ context.Context, key, token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.records[key]; ok && !r.done && r.token == token {
		delete(s.records, key)
	}
	return nil
}

func (s *MemoryStore) removeExpired(now time.Time) {
	if s.records == nil {
		s.records = map[string]record{}
	}
	if now.Before(s.sweep) {
		return
	}
	for key, r := range s.records {
		if !now.Before(r.expires) {
			delete(s.records, key)
		}
	}
	s.sweep = now.Add(sweepInterval)
}
