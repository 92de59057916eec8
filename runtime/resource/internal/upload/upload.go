// Package upload writes objects that may be large: what fits into one part in one request, and the rest part by part, so that no more
// than a part is in memory.
package upload

import (
	"bytes"
	"context"
	"time"
)

// Target is an object that is being written. Its methods are called one after another.
type Target interface {
	// Whole writes an object in one request.
	Whole(ctx context.Context, data []byte) error
	// Begin begins one in parts.
	Begin(ctx context.Context) error
	// Part writes a part; they count from 1. All but the last have at least the size that the writer was made with, and are multiples of it.
	Part(ctx context.Context, number int, data []byte, last bool) error
	// Finish makes the object of its parts.
	Finish(ctx context.Context) error
	// Abort forgets the parts that were written. It is called with a context that still lives, for a little.
	Abort(ctx context.Context)
}

// abortTimeout is how long a cloud has to forget the parts of an upload, when the call that made them may be over.
const abortTimeout = 5 * time.Second

// Writer is a driver's writer.
type Writer struct {
	ctx      context.Context //nolint:containedctx // that of the write, by the driver's interface
	target   Target
	partSize int
	buffer   bytes.Buffer
	parts    int
	err      error
}

// doubled is after how many parts their size doubles, each time: S3 takes 10,000 of them, in which parts that stay at 8 MiB would hold 78 GiB,
// and these 484.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
const doubled = 2000

// NewWriter returns a writer with parts of a size, or of more when there are many.
func NewWriter(ctx context.Context, target Target, partSize int) *Writer {
	return &Writer{ctx: ctx, target: target, partSize: partSize}
}

// Write implements io.Writer.
func (w *Writer) Write(data []byte) (int, error) {
	written := 0
	for len(data) > 0 {
		if w.buffer.Len() == w.size() { // and there is more, so that this is not the last
			if err := w.flush(false); err != nil {
				return written, err
			}
		}
		n := min(len(data), w.size()-w.buffer.Len())
		w.buffer.Write(data[:n])
		data, written = data[n:], written+n
	}
	return written, nil
}

// size is how large the next part is, if it is not the last.
func (w *Writer) size() int { return w.partSize << (w.parts / doubled) }

func (w *Writer) flush(last bool) error {
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err == nil && w.parts == 0 {
		w.err = w.target.Begin(w.ctx)
	}
	w.parts++
	if w.err == nil {
		w.err = w.target.Part(w.ctx, w.parts, w.buffer.Bytes(), last)
	}
	w.buffer.Reset()
	return w.err
}

// Close makes the object, unless the context has ended: then what was there before stays.
func (w *Writer) Close() error {
	if err := w.ctx.Err(); err != nil {
		w.err = err
	}
	if w.parts == 0 {
		if w.err == nil {
			w.err = w.target.Whole(w.ctx, w.buffer.Bytes())
		}
		return w.err
	}
	if w.err == nil {
		w.err = w.flush(true)
	}
	if w.err == nil {
		w.err = w.target.Finish(w.ctx)
	}
	if w.err != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), abortTimeout)
		defer cancel()
		w.target.Abort(ctx)
	}
	if err := w.ctx.Err(); err != nil {
		return err
	}
	return w.err
}
