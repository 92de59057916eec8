// Package images makes thumbnails of the pictures that customers upload.
package images

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"log/slog"
	"path"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// Limits of pictures, and the size of thumbnails.
const (
	maxBytes  = 20 << 20
	maxPixels = 50_000_000 // a small file can claim any size
	longest   = 256        // pixels of a thumbnail's longer side
	quality   = 85
)

// Thumbnails is the bucket of thumbnails: one of its own, or each would ask for another.
const Thumbnails = "thumbnails"

// Thumbnail makes the thumbnail of a picture that was uploaded. To make it again does no harm: the same picture gives the same
// thumbnail. What is no picture will never be one, so that trying again is no use; what has been deleted meanwhile needs none.
func Thumbnail(ctx context.Context, o fn.Object) error {
	if o.Size > maxBytes {
		return fn.Permanent(fmt.Errorf("%s has %d bytes, at most %d are allowed", o.Key, o.Size, maxBytes))
	}
	data, err := store.Read(ctx, o.Bucket, o.Key)
	if errors.Is(err, ErrNotFound) {
		slog.InfoContext(ctx, "the picture has gone", "key", o.Key)
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", o.Key, err)
	}
	small, err := shrink(data)
	if err != nil {
		return fn.Permanent(fmt.Errorf("%s: %w", o.Key, err))
	}
	key := path.Base(o.Key)
	if err := store.Write(ctx, Thumbnails, key, small); err != nil {
		return fmt.Errorf("writing %s: %w", key, err)
	}
	slog.InfoContext(ctx, "thumbnail made", "key", key, "bytes", len(small))
	return nil
}

// shrink makes a thumbnail of a JPEG.
func shrink(data []byte) ([]byte, error) {
	config, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if config.Width < 1 || config.Height < 1 || config.Width > maxPixels/config.Height {
		return nil, fmt.Errorf("a picture of %d by %d pixels is too large", config.Width, config.Height)
	}
	picture, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, scale(picture), &jpeg.Options{Quality: quality}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// scale makes a picture's longer side longest pixels, or leaves a smaller picture as it is. Each pixel is the mean of those that it
// stands for.
func scale(src image.Image) image.Image {
	bounds := src.Bounds()
	w, h := bounds.Dx(), bounds.Dy()
	side := max(w, h)
	if side <= longest {
		return src
	}
	width, height := max(1, w*longest/side), max(1, h*longest/side)
	dst := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			area := image.Rect(x*w/width, y*h/height, (x+1)*w/width, (y+1)*h/height).Add(bounds.Min)
			offset := dst.PixOffset(x, y)
			copy(dst.Pix[offset:offset+4], mean(src, area))
		}
	}
	return dst
}

// mean is the mean colour of an area that has at least one pixel.
func mean(src image.Image, area image.Rectangle) []uint8 {
	var sum [3]int
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			r, g, b, _ := src.At(x, y).RGBA()
			sum[0], sum[1], sum[2] = sum[0]+int(r), sum[1]+int(g), sum[2]+int(b)
		}
	}
	const opaque = 0xff
	out := []uint8{0, 0, 0, opaque}
	n := area.Dx() * area.Dy()
	for i := range sum {
		out[i] = uint8(sum[i] / n >> 8) //nolint:gosec // a mean of 16-bit values has 16 bits
	}
	return out
}
