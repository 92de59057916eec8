package jwt

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
)

const (
	// fetchTimeout bounds a fetch, and with it how long a request waits for one.
	fetchTimeout = 5 * time.Second
	// freshFor is how long keys are not asked for again: a key that its issuer takes back is not trusted for longer.
	freshFor = 10 * time.Minute
	// overdue is after what time a request waits for keys to be asked for again, as nothing has come of that beside others: there were none,
	// or the process is frozen between them. When it came to nothing a moment ago, it does not wait again.
	overdue = 15 * time.Minute
	moment  = time.Minute
	// trustedFor is how long keys are trusted while the issuer does not answer. It is as long as API Gateway keeps them.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
	trustedFor = 2 * time.Hour
	// pause is the least time between two fetches, or anybody could have one made by naming a key that there is not. An issuer that
	// rotates its keys publishes them for longer before it signs with them.
	pause = 30 * time.Second
	// pauseAfterFailure is the same after a fetch that failed.
	pauseAfterFailure = 5 * time.Second
)

// key is a public key of an issuer.
type key struct {
	public    *rsa.PublicKey
	algorithm string // the only one that it is for; empty for any of RSA's
}

// errUnknownKey says that the issuer does not publish a key.
var errUnknownKey = errors.New("the issuer publishes no key that the token's header names")

// keys are the public keys of an issuer, fetched when they are asked for.
type keys struct {
	mu       sync.Mutex
	byID     map[string]key
	fetched  time.Time     // when those were
	fetching chan struct{} // closed when the fetch that goes on is over; nil when none does
	ended    time.Time     // when the last fetch was over
	err      error         // why it failed
}

// find returns the key of an ID. A key that is at hand does not wait for the issuer, unless it is overdue; keys that are no longer fresh are
// fetched beside the request. Any other waits for one fetch, which all that need it share; when that is too soon after the last one, the key is not found.
func (k *keys) find(ctx context.Context, v *Verifier, id string) (key, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	found, ok := k.trusted(id)
	if ok && time.Since(k.fetched) < freshFor {
		return found, nil
	}
	k.fetch(v)
	if ok && !k.isOverdue() {
		return found, nil
	}
	err := k.wait(ctx)
	if found, ok = k.trusted(id); ok {
		return found, nil
	}
	if err != nil {
		return key{}, fmt.Errorf("%w: %w", app.ErrUnavailable, err)
	}
	if k.err != nil {
		return key{}, fmt.Errorf("%w: %w", app.ErrUnavailable, k.err)
	}
	return key{}, errUnknownKey
}

func (k *keys) trusted(id string) (key, bool) {
	found, ok := k.byID[id]
	return found, ok && time.Since(k.fetched) < trustedFor
}

func (k *keys) isOverdue() bool {
	failed := k.err != nil && time.Since(k.ended) < moment
	return time.Since(k.fetched) >= overdue && !failed
}

// wait waits for the fetch that goes on, if one does, and lets others look meanwhile.
func (k *keys) wait(ctx context.Context) error {
	fetching := k.fetching
	if fetching == nil {
		return nil
	}
	k.mu.Unlock()
	defer k.mu.Lock()
	select {
	case <-fetching:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fetch begins to fetch the keys, unless that goes on or is too soon. It is no part of the request that is the first to need them, which
// may end before.
func (k *keys) fetch(v *Verifier) {
	least := pause
	if k.err != nil {
		least = pauseAfterFailure
	}
	if k.fetching != nil || time.Since(k.ended) < least {
		return
	}
	done := make(chan struct{})
	k.fetching = done
	go func() {
		defer close(done)
		ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
		defer cancel()
		byID, err := discover(ctx, v.client(), v.Issuer)
		k.mu.Lock()
		defer k.mu.Unlock()
		k.fetching, k.ended, k.err = nil, time.Now(), err
		if err == nil {
			k.byID, k.fetched = byID, k.ended
		}
	}()
}
