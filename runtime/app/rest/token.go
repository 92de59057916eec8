package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// Token is a bearer token of the app's own identity, which is renewed before it expires. It is safe for concurrent use: those who need
// a new one at the same time wait for one request.
type Token struct {
	// Ask asks for a token, and when it expires. What bounds its time is its own matter.
	Ask func(ctx context.Context) (token string, expires time.Time, err error)

	mu      sync.Mutex
	token   string
	expires time.Time
	pending *renewal
}

// renewal is a request for a token, for all who wait for it.
type renewal struct {
	done  chan struct{}
	token string
	err   error
}

// renewalMargin is how long before its end a token is renewed.
const renewalMargin = 5 * time.Minute

// Get returns a token that is good for a while yet.
func (t *Token) Get(ctx context.Context) (string, error) {
	t.mu.Lock()
	if t.token != "" && time.Until(t.expires) > renewalMargin {
		defer t.mu.Unlock()
		return t.token, nil
	}
	r := t.pending
	if r == nil {
		r = &renewal{done: make(chan struct{})}
		t.pending = r
		// Others may wait when the first to ask no longer does.
		go t.renew(context.WithoutCancel(ctx), r)
	}
	t.mu.Unlock()
	select {
	case <-r.done:
		return r.token, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// renew asks for a token, and hands it to all who wait.
func (t *Token) renew(ctx context.Context, r *renewal) {
	token, expires, err := t.Ask(ctx)
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err == nil:
		t.token, t.expires = token, expires
	case t.token != "" && time.Now().Before(t.expires):
		token, err = t.token, nil // which is good for a moment yet
	}
	r.token, r.err = token, err
	t.pending = nil
	close(r.done)
}

// Forget drops a token that was refused.
func (t *Token) Forget(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token == token {
		t.token = ""
	}
}

// maxToken bounds an answer that holds a token.
const maxToken = 64 << 10

// Fetch makes a request for a token and reads the answer into a value. It follows no redirects, and no error tells what the answer held.
func Fetch(transport http.RoundTripper, r *http.Request, into any) error {
	ctx, cancel := context.WithTimeout(r.Context(), tryTimeout)
	defer cancel()
	resp, err := transport.RoundTrip(r.WithContext(ctx))
	if err != nil {
		return fmt.Errorf("asking for a token: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("asking for a token: the answer is %s", resp.Status)
	}
	if json.NewDecoder(io.LimitReader(resp.Body, maxToken)).Decode(into) != nil {
		return errors.New("asking for a token: the answer cannot be read")
	}
	return nil
}
