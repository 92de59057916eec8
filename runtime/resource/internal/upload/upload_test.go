package upload_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/isobar-dev/isobar/runtime/resource/internal/upload"
)

// silent is a cloud that stops answering after an upload has begun.
type silent struct{ aborted error }

func (*silent) Whole(context.Context, []byte) error { return errors.New("there are parts") }
func (*silent) Begin(context.Context) error         { return nil }
func (*silent) Finish(context.Context) error        { return errors.New("there is a part missing") }

func (*silent) Part(ctx context.Context, _ int, _ []byte, _ bool) error {
	<-ctx.Done()
	return ctx.Err()
}

func (s *silent) Abort(ctx context.Context) {
	s.aborted = ctx.Err()
	<-ctx.Done()
}

// Closing tells the cloud to forget the parts, though the call is over, but does not wait for it for ever.
func TestClosingDoesNotWaitForACloudThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		cloud := &silent{}
		w := upload.NewWriter(ctx, cloud, 4)
		if _, err := w.Write([]byte("12345")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("writing: %v", err)
		}
		began := time.Now()
		if err := w.Close(); !errors.Is(err, context.DeadlineExceeded) || cloud.aborted != nil {
			t.Errorf("closing: %v; aborted with a context that has ended: %v", err, cloud.aborted)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("closing took %v", took)
		}
	})
}
