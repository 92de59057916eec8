// Package rest calls the HTTP APIs of clouds, for drivers that gocloud.dev has not, or not in a size that suits a function: it signs
// a request, tries again what may be, and turns answers into errors with a code.
package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"gocloud.dev/gcerrors"
)

// Limits on what is read of an answer that has no content of a person's own.
const (
	MaxAnswer = 32 << 20
	maxError  = 64 << 10
)

// Client calls one API. It is safe for concurrent use.
type Client struct {
	// HTTP makes the requests; one that follows no redirects when it is nil.
	HTTP *http.Client
	// Sign adds what shows who is calling. The body is the request's.
	Sign func(ctx context.Context, r *http.Request, body []byte) error
	// Describe says what an answer that is no success means: a code of the API's own and a message.
	Describe func(status int, header http.Header, body []byte) (code, message string)
	// Again tells of an answer that the same call may do better later and was not done, where its status does not say so; it may be nil.
	Again func(*Error) bool
	// Codes are what codes of the API's own mean, where their status says something else; it may be nil.
	Codes map[string]gcerrors.ErrorCode
	// RetryAfter reads how long to wait from an answer, where the API has a way of its own; it may be nil.
	RetryAfter func(http.Header) (time.Duration, bool)
	// Wait waits between tries; time.After when it is nil. Tests look at it.
	Wait func(ctx context.Context, d time.Duration) error
}

// Stay is the CheckRedirect of a client with a token, which is for one API, and for nobody to whom that refers.
func Stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Transport is what connects to APIs. It keeps a connection for each of many calls at the same time, which go to one host: http's own closes
// all but two of them when they are done.
var Transport = sync.OnceValue(func() http.RoundTripper {
	d, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	const atOnce = 100
	t := d.Clone()
	t.MaxIdleConnsPerHost = atOnce
	return t
})

var plain = sync.OnceValue(func() *http.Client { return &http.Client{CheckRedirect: Stay, Transport: Transport()} })

// Request is a call of an API.
type Request struct {
	Method, URL string
	Header      http.Header
	Body        []byte
	// Once is set for what must not be tried again when it is not known whether it was done.
	Once bool
}

// Error is an answer that is no success.
type Error struct {
	Status  int
	Code    string // of the API's own
	Message string
	Header  http.Header
	// Unsure is set when the call was made before, and it is not known whether it was done then: what this answer refuses may be what the
	// call itself has done.
	Unsure bool

	again bool // as Client.Again says
	code  gcerrors.ErrorCode
}

func (e *Error) Error() string {
	text := "the answer is " + strconv.Itoa(e.Status)
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

// Tries are how often a call is made at most, and the waits between: the first, doubled each time, with a random part.
const (
	tries     = 5
	firstWait = 100 * time.Millisecond
	maxWait   = 10 * time.Second
	maxHint   = time.Minute // that an answer can ask for: it is the caller's to wait longer
)

// Do makes a call, and returns its answer with the body still to be read. What is not 2xx is an *Error.
func (c *Client) Do(ctx context.Context, r Request) (*http.Response, error) {
	wait, unsure := firstWait, false
	for try := 1; ; try++ {
		resp, err := c.once(ctx, r)
		if e, ok := errors.AsType[*Error](err); ok {
			e.Unsure = unsure
		}
		unsure = unsure || err != nil && mayBeDone(err)
		if err == nil || try == tries || !temporary(err, r.Once) || ctx.Err() != nil {
			return resp, err
		}
		pause := wait/2 + rand.N(wait/2+1)
		if hint, ok := c.hint(err); ok {
			pause = hint
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < pause || pause > maxHint {
			return nil, err // waiting would be in vain, and this says more than that the deadline passed
		}
		if waitErr := c.wait(ctx, pause); waitErr != nil {
			return nil, err
		}
		wait = min(2*wait, maxWait)
	}
}

func (c *Client) wait(ctx context.Context, d time.Duration) error {
	if c.Wait != nil {
		return c.Wait(ctx, d)
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Client) hint(err error) (time.Duration, bool) {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return 0, false
	}
	if c.RetryAfter != nil {
		if d, ok := c.RetryAfter(e.Header); ok {
			return d, true
		}
	}
	if seconds, err := strconv.Atoi(e.Header.Get("Retry-After")); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, true
	}
	return 0, false
}

func (c *Client) once(ctx context.Context, r Request) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	for name, values := range r.Header {
		req.Header[name] = values
	}
	if req.Header.Get("Accept-Encoding") == "" {
		req.Header.Set("Accept-Encoding", "identity") // what is stored comes as it is
	}
	if c.Sign != nil {
		if err := c.Sign(ctx, req, r.Body); err != nil {
			return nil, err
		}
	}
	client := c.HTTP
	if client == nil {
		client = plain()
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, withoutQuery(err)
	}
	if resp.StatusCode/100 == 2 {
		return resp, nil
	}
	defer resp.Body.Close()
	e := &Error{Status: resp.StatusCode, Header: resp.Header}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxError))
	if c.Describe != nil {
		e.Code, e.Message = c.Describe(resp.StatusCode, resp.Header, body)
	}
	e.again, e.code = c.Again != nil && c.Again(e), c.Codes[e.Code]
	return nil, e
}

// withoutQuery takes the query out of the address that an error names: in some it is what lets one in.
func withoutQuery(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		e.URL, _, _ = strings.Cut(e.URL, "?")
	}
	return err
}

// Read makes a call, and returns the body of its answer.
func (c *Client) Read(ctx context.Context, r Request) ([]byte, http.Header, error) {
	resp, err := c.Do(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxAnswer+1))
	if err == nil && len(body) > MaxAnswer {
		err = fmt.Errorf("the answer has more than %d bytes", MaxAnswer)
	}
	return body, resp.Header, err
}

// temporary tells whether a call that failed may do better when it is made again.
func temporary(err error, once bool) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return !once // nothing came back
	}
	switch {
	case e.again, e.Status == http.StatusTooManyRequests, e.Status == http.StatusServiceUnavailable:
		return true // it was not done
	case mayBeDone(err):
		return !once
	}
	return false
}

// mayBeDone tells whether a call that failed may have been done all the same.
func mayBeDone(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return true // nothing came back
	}
	switch e.Status {
	case http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway, http.StatusGatewayTimeout:
		return !e.again
	}
	return false
}

// Before tells of an answer that may refuse what the very call did when it was made before, as that was answered by nobody.
func Before(err error, status int) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Unsure && e.Status == status
}

// IsBeyond tells of an answer that the range that was asked for begins behind the end, where a reader has nothing to read; of an object that
// is empty every range does. https://www.rfc-editor.org/rfc/rfc9110#status.416
func IsBeyond(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == http.StatusRequestedRangeNotSatisfiable
}

// IsAway tells of a call that the other side has not decided about: it was not reached, had no time, or failed itself.
func IsAway(err error) bool {
	if err == nil {
		return false
	}
	e, ok := errors.AsType[*Error](err)
	return ok && (e.again || e.Status >= http.StatusInternalServerError || e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout) ||
		!ok && (isOfTheNetwork(err) || errors.Is(err, context.DeadlineExceeded))
}

func isOfTheNetwork(err error) bool {
	_, ok := errors.AsType[*url.Error](err)
	return ok || errors.Is(err, io.ErrUnexpectedEOF)
}

// ErrorAs is how a driver gives access to an *Error.
func ErrorAs(err error, i any) bool {
	target, ok := i.(**Error)
	if !ok {
		return false
	}
	return errors.As(err, target)
}

// coded is an error with a code.
type coded struct {
	code gcerrors.ErrorCode
	err  error
}

func (c *coded) Error() string { return c.err.Error() }
func (c *coded) Unwrap() error { return c.err }

// Coded gives an error a code.
func Coded(code gcerrors.ErrorCode, err error) error { return &coded{code, err} }

// Code returns the code of an error: its own, or what its status means.
func Code(err error) gcerrors.ErrorCode {
	if c, ok := errors.AsType[*coded](err); ok {
		return c.code
	}
	if e, ok := errors.AsType[*Error](err); ok {
		if e.again {
			return gcerrors.ResourceExhausted
		}
		if e.code != gcerrors.OK {
			return e.code
		}
		if code, ok := byStatus[e.Status]; ok {
			return code
		}
		return gcerrors.Unknown
	}
	switch {
	case errors.Is(err, context.Canceled):
		return gcerrors.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return gcerrors.DeadlineExceeded
	}
	return gcerrors.Code(err)
}

// byStatus are the codes of statuses. What is not listed is unknown.
var byStatus = map[int]gcerrors.ErrorCode{
	http.StatusBadRequest:            gcerrors.InvalidArgument,
	http.StatusUnauthorized:          gcerrors.PermissionDenied,
	http.StatusForbidden:             gcerrors.PermissionDenied,
	http.StatusNotFound:              gcerrors.NotFound,
	http.StatusGone:                  gcerrors.NotFound,
	http.StatusConflict:              gcerrors.AlreadyExists,
	http.StatusPreconditionFailed:    gcerrors.FailedPrecondition,
	http.StatusRequestEntityTooLarge: gcerrors.InvalidArgument,
	http.StatusTooManyRequests:       gcerrors.ResourceExhausted,
	http.StatusServiceUnavailable:    gcerrors.ResourceExhausted,
	http.StatusInternalServerError:   gcerrors.Internal,
	http.StatusBadGateway:            gcerrors.Internal,
	http.StatusRequestTimeout:        gcerrors.DeadlineExceeded,
	http.StatusGatewayTimeout:        gcerrors.DeadlineExceeded,
}
