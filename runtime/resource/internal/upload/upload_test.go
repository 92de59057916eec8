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

// counting is a cloud that counts the parts that it gets.
type counting struct {
	parts, bytes, largest int
}

func (*counting) Whole(context.Context, []byte) error { return errors.New("there are parts") }
func (*counting) Begin(context.Context) error         { return nil }
func (*counting) Finish(context.Context) error        { return nil }
func (*counting) Abort(context.Context)               {}

func (c *counting) Part(_ context.Context, number int, data []byte, _ bool) error {
	if number != c.parts+1 {
		return errors.New("a part is missing")
	}
	c.parts, c.bytes, c.largest = number, c.bytes+len(data), max(c.largest, len(data))
	return nil
}

// S3 takes 10,000 parts. They grow, so that a large object has no more of them, and a small one's stay small.
func TestPartsGrowWithTheirNumber(t *testing.T) {
	cloud := &counting{}
	w := upload.NewWriter(t.Context(), cloud, 2)
	const total = 2 * 2000 * (1 + 2 + 4 + 8 + 16)
	chunk := make([]byte, 1000)
	for written := 0; written < total; written += len(chunk) {
		if _, err := w.Write(chunk); err != nil {
			t.Fatal(err)
		}
		if cloud.bytes < 4000 && cloud.largest > 2 {
			t.Fatalf("a part of the first %d bytes has %d", cloud.bytes, cloud.largest)
		}
	}
	if err := w.Close(); err != nil || cloud.bytes != total || cloud.parts != 10_000 || cloud.largest != 32 {
		t.Errorf("%d bytes in %d parts of up to %d (%v)", cloud.bytes, cloud.parts, cloud.largest, err)
	}
}
