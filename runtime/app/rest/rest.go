// Package rest posts to a cloud's REST API as the app's own identity. A post is tried again where that may help, and bounded in time.
// Hosts use it for the little that their runtime says to a cloud by itself, where an SDK would weigh on every cold start.
package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Limits of a post. Those who wait for it have a limit of their own, at which what was not posted comes again.
const (
	tryTimeout = 6 * time.Second
	maxTries   = 3
	tryPause   = 200 * time.Millisecond
	maxAnswer  = 64 << 10
)

// Poster posts with a token.
type Poster struct {
	// Transport makes the requests. It follows no redirects: a token is for one API, and for nobody to whom that refers.
	Transport http.RoundTripper
	Token     *Token
	// Success is the status that the API answers with when it has taken what is posted.
	Success int
	// Timeout bounds all tries.
	Timeout time.Duration
}

// Post posts a body. It is not cut short when the context ends, but keeps within its own limits: what it posts may be all that is left of
// an event.
func (p *Poster) Post(ctx context.Context, address string, header http.Header, body []byte) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.Timeout)
	defer cancel()
	for try := 1; ; try++ {
		again, err := p.try(ctx, address, header, body)
		if err == nil || !again || try == maxTries {
			return err
		}
		select {
		case <-time.After(time.Duration(try) * tryPause):
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		}
	}
}

// try posts once, and tells whether to post again may help.
func (p *Poster) try(ctx context.Context, address string, header http.Header, body []byte) (again bool, err error) {
	token, err := p.Token.Get(ctx)
	if err != nil {
		return true, err
	}
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	req.Header = header.Clone()
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := p.Transport.RoundTrip(req)
	if err != nil {
		return true, err
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, maxAnswer) // so that a transport that keeps connections can use this one again
	switch resp.StatusCode {
	case p.Success:
		return false, nil
	case http.StatusUnauthorized:
		p.Token.Forget(token)
		return true, errors.New("the identity's token is refused")
	}
	again = resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusRequestTimeout || resp.StatusCode >= 500
	return again, fmt.Errorf("the answer is %s", resp.Status)
}
