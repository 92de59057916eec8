package images

import (
	"context"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource"
)

// buckets is the Store that the handler uses: the buckets of the spec, on whatever cloud it runs.
type buckets struct{}

// Read implements Store.
func (buckets) Read(ctx context.Context, bucket, key string) ([]byte, error) {
	b, err := resource.Bucket(ctx, bucket)
	if err != nil {
		return nil, err
	}
	data, err := b.ReadAll(ctx, key)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, ErrNotFound
	}
	return data, err
}

// Write implements Store.
func (buckets) Write(ctx context.Context, bucket, key string, data []byte) error {
	b, err := resource.Bucket(ctx, bucket)
	if err != nil {
		return err
	}
	return b.WriteAll(ctx, key, data, &blob.WriterOptions{ContentType: "image/jpeg"})
}
