package resource

import (
	"context"
	"errors"
	"io"
)

// writer writes an object by having it read. Drivers are fed in this way alone: that of Azure in gocloud.dev v0.47.0 panics at the end
// of a failed upload that was written to (azureblob.go:1075, whose reader is gone by then).
type writer struct {
	ctx  context.Context //nolint:containedctx // that of the write, by the driver's interface
	pipe *io.PipeWriter
	done chan error
}

func newWriter(ctx context.Context, upload func(context.Context, io.Reader) error) *writer {
	r, p := io.Pipe()
	w := &writer{ctx: ctx, pipe: p, done: make(chan error, 1)}
	go func() {
		err := upload(ctx, r)
		_ = r.CloseWithError(errors.Join(err, io.ErrClosedPipe)) // for who goes on writing
		w.done <- err
	}()
	return w
}

func (w *writer) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	return w.pipe.Write(p)
}

// Close ends the object, unless the context has ended: then what was there before stays.
func (w *writer) Close() error {
	err := w.ctx.Err()
	_ = w.pipe.CloseWithError(err) // nil is the end
	failed := <-w.done
	if err != nil {
		return err
	}
	return failed
}
