package resource_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gocloud.dev/pubsub"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/internal/sending"
)

// silent is a cloud that does not answer.
type silent struct{ ended chan error }

func (s silent) Send(ctx context.Context, _ sending.Message) error {
	select {
	case <-ctx.Done():
	case <-time.After(10 * time.Second): // nobody ends it
	}
	s.ended <- ctx.Err()
	return errors.New("no answer")
}

func (silent) As(any) bool { return false }

// A call that is over leaves nothing behind: what it sends ends with it. Calls that a cloud does not answer would otherwise be under way
// for ever, until there is no room for others.
func TestSendingEndsWithTheCall(t *testing.T) {
	to := silent{make(chan error, 1)}
	a := app.App{Name: "shop", Resources: []app.Resource{{Kind: "queue", Name: "orders"}}}
	c := resource.NewClients(a, resource.Drivers{Queue: func(context.Context, string, bool) (*pubsub.Topic, error) {
		return sending.Topic(to), nil
	}}, func(variable string) string { return variable })
	defer func() { _ = c.Close() }()
	ctx, cancel := context.WithTimeout(c.Within(app.WithGranted(t.Context(), app.Granted{Function: "f", Access: []string{"orders:send"}})), 10*time.Millisecond)
	defer cancel()
	if err := resource.Send(ctx, "orders", "x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if err := <-to.ended; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the sender's context ended with %v", err)
	}
}
