package images

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"testing"

	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/resource/resourcetest"
)

// use has the handler use another store for the time of a test.
func use(t *testing.T, s Store) {
	t.Helper()
	before := store
	store = s
	t.Cleanup(func() { store = before })
}

// picture is a JPEG whose left half is red and whose right half is blue.
func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{R: 0xff, A: 0xff}
			if x >= width/2 {
				c = color.RGBA{B: 0xff, A: 0xff}
			}
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestThumbnail(t *testing.T) {
	for name, c := range map[string]struct{ width, height, wantWidth, wantHeight int }{
		"wide":  {1000, 500, 256, 128},
		"tall":  {300, 900, 85, 256},
		"small": {40, 30, 40, 30},
		"thin":  {2000, 2, 256, 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := resourcetest.New(t, "../isobar.yaml")
			ctx := r.Context("thumbnail")
			if err := r.Bucket("uploads").WriteAll(ctx, "uploads/a.jpg", picture(t, c.width, c.height), nil); err != nil {
				t.Fatal(err)
			}
			event := fn.Object{Bucket: "uploads", Key: "uploads/a.jpg"}
			for range 2 { // the same event may come again
				if err := Thumbnail(ctx, event); err != nil {
					t.Fatal(err)
				}
			}
			data, err := r.Bucket(Thumbnails).ReadAll(ctx, "a.jpg")
			if err != nil {
				t.Fatal(err)
			}
			got, err := jpeg.Decode(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if size := got.Bounds().Size(); size.X != c.wantWidth || size.Y != c.wantHeight {
				t.Errorf("the thumbnail has the size %v", size)
			}
			left, _, _, _ := got.At(2, 0).RGBA()
			_, _, right, _ := got.At(got.Bounds().Dx()-3, 0).RGBA()
			const bright = 0xc000
			if left < bright || right < bright {
				t.Errorf("the colours are not those of the picture: %x, %x", left, right)
			}
		})
	}
}

// failing is a store that cannot be reached.
type failing struct{ Store }

var errDown = errors.New("down")

func (failing) Read(context.Context, string, string) ([]byte, error) { return nil, errDown }

func TestThumbnailFails(t *testing.T) {
	r := resourcetest.New(t, "../isobar.yaml")
	ctx := r.Context("thumbnail")
	m := Store(buckets{})
	for key, data := range map[string][]byte{
		"uploads/text.jpg":  []byte("not a picture"),
		"uploads/cut.jpg":   picture(t, 100, 100)[:200],
		"uploads/empty.jpg": {},
	} {
		if err := r.Bucket("uploads").WriteAll(ctx, key, data, nil); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		store     Store
		object    fn.Object
		want      bool // that it fails
		permanent bool
	}{
		"what is no picture":   {m, fn.Object{Bucket: "uploads", Key: "uploads/text.jpg"}, true, true},
		"half a picture":       {m, fn.Object{Bucket: "uploads", Key: "uploads/cut.jpg"}, true, true},
		"nothing":              {m, fn.Object{Bucket: "uploads", Key: "uploads/empty.jpg"}, true, true},
		"too large":            {m, fn.Object{Bucket: "uploads", Key: "uploads/large.jpg", Size: maxBytes + 1}, true, true},
		"deleted meanwhile":    {m, fn.Object{Bucket: "uploads", Key: "uploads/gone.jpg"}, false, false},
		"a store that is down": {failing{m}, fn.Object{Bucket: "uploads", Key: "uploads/a.jpg"}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			use(t, c.store)
			err := Thumbnail(ctx, c.object)
			if (err != nil) != c.want || fn.IsPermanent(err) != c.permanent {
				t.Errorf("got %v, permanent: %v", err, fn.IsPermanent(err))
			}
		})
	}
}
