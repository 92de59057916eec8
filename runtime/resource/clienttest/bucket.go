package clienttest

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource"
)

// keys are names of objects that a careless driver gets wrong.
var keys = []string{"a.txt", "folder/b.txt", "folder/c d+e&f=g?h#i%20j.txt", "grüße/✓.txt", "dots/..x./y.", "quote\"'<>"}

func (s *suite) bucket() {
	b, err := resource.Bucket(s.all(), "uploads")
	if err != nil {
		s.Fatal(err)
	}
	ctx := s.all()
	s.run("objects are what was written", func(t *testing.T) {
		for _, key := range keys {
			data := []byte("content of " + key)
			err := b.WriteAll(ctx, key, data, &blob.WriterOptions{ContentType: "text/plain; charset=utf-8", Metadata: map[string]string{"origin": "suite"}})
			if err != nil {
				t.Fatalf("%q: %v", key, err)
			}
			got, err := b.ReadAll(ctx, key)
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("%q holds %q (%v)", key, got, err)
			}
			a, err := b.Attributes(ctx, key)
			if err != nil || a.Size != int64(len(data)) || a.ContentType != "text/plain; charset=utf-8" || a.ETag == "" || a.Metadata["origin"] != "suite" {
				t.Errorf("%q has the attributes %+v (%v)", key, a, err)
			}
		}
	})
	s.run("objects are listed in order, page by page", func(t *testing.T) {
		var got []string
		list := b.List(nil)
		for {
			o, err := list.Next(ctx)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, o.Key)
		}
		want := slices.Sorted(slices.Values(keys))
		if !slices.Equal(got, want) {
			t.Errorf("the bucket lists %q, want %q", got, want)
		}
		var paged []string
		for token := blob.FirstPageToken; len(token) > 0; {
			page, next, err := b.ListPage(ctx, token, 2, &blob.ListOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if len(page) > 2 {
				t.Errorf("a page of 2 has %d objects", len(page))
			}
			for _, o := range page {
				paged = append(paged, o.Key)
			}
			token = next
		}
		if !slices.Equal(paged, want) {
			t.Errorf("the pages list %q, want %q", paged, want)
		}
		list = b.List(&blob.ListOptions{Prefix: "folder/", Delimiter: "/"})
		if o, err := list.Next(ctx); err != nil || o.Key != "folder/b.txt" || o.IsDir {
			t.Errorf("the folder begins with %+v (%v)", o, err)
		}
		list = b.List(&blob.ListOptions{Delimiter: "/"})
		if o, err := list.Next(ctx); err != nil || o.Key != "a.txt" {
			t.Errorf("the top begins with %+v (%v)", o, err)
		}
		if o, err := list.Next(ctx); err != nil || o.Key != "dots/" || !o.IsDir {
			t.Errorf("the top goes on with %+v (%v)", o, err)
		}
	})
	s.run("parts are read", func(t *testing.T) {
		r, err := b.NewRangeReader(ctx, "a.txt", 3, 4, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || string(got) != "tent" || r.Size() != int64(len("content of a.txt")) {
			t.Errorf("the part is %q of %d (%v)", got, r.Size(), err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if r, err := b.NewRangeReader(ctx, "a.txt", 0, 0, nil); err != nil {
			t.Error(err)
		} else if got, err := io.ReadAll(r); len(got) > 0 || err != nil {
			t.Errorf("no bytes are %q", got)
		} else if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	s.run("parts of which nothing is there are empty", func(t *testing.T) {
		if err := b.WriteAll(ctx, "empty", nil, &blob.WriterOptions{ContentType: "text/plain"}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			key            string
			offset, length int64
			size           int64
		}{{"empty", 0, -1, 0}, {"empty", 0, 10, 0}, {"empty", 5, -1, 0}, {"a.txt", 16, -1, 16}, {"a.txt", 16, 3, 16}, {"a.txt", 1000, 10, 16}} {
			r, err := b.NewRangeReader(ctx, c.key, c.offset, c.length, nil)
			if err != nil {
				t.Errorf("%s from %d, %d bytes: %v", c.key, c.offset, c.length, err)
				continue
			}
			if got, err := io.ReadAll(r); len(got) > 0 || err != nil || r.Size() != c.size || !strings.HasPrefix(r.ContentType(), "text/plain") {
				t.Errorf("%s from %d, %d bytes: %q of %d, %s (%v)", c.key, c.offset, c.length, got, r.Size(), r.ContentType(), err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := b.NewRangeReader(ctx, "absent", 10, 10, nil); gcerrors.Code(err) != gcerrors.NotFound {
			t.Errorf("of what is not there: %v", err)
		}
		if err := b.Delete(ctx, "empty"); err != nil {
			t.Error(err)
		}
	})
	s.run("metadata is what was written", func(t *testing.T) {
		want := map[string]string{"umlaut": "grüße ✓", "spaces": "  a  b ", "percent": "100%41", "with-hyphen": "x", "quotes": `"a", 'b'; c=d`}
		if err := b.WriteAll(ctx, "metadata", []byte("x"), &blob.WriterOptions{Metadata: want}); err != nil {
			t.Fatal(err)
		}
		if a, err := b.Attributes(ctx, "metadata"); err != nil || !maps.Equal(a.Metadata, want) {
			t.Errorf("it is %q (%v)", a.Metadata, err)
		}
		if err := b.Delete(ctx, "metadata"); err != nil {
			t.Error(err)
		}
	})
	s.run("what no header holds", func(t *testing.T) {
		for name, o := range map[string]*blob.WriterOptions{
			"more metadata than S3 takes": {Metadata: map[string]string{"a": strings.Repeat("x", resource.MaxMetadata)}},
			"more when it is escaped":     {Metadata: map[string]string{"a": strings.Repeat("ü", resource.MaxMetadata/6+1)}},
			"a file name with an umlaut":  {ContentDisposition: `attachment; filename="grüße.txt"`},
			"a line end":                  {CacheControl: "no-cache\r\nX-Other: 1"},
		} {
			if err := b.WriteAll(ctx, "refused", []byte("x"), o); gcerrors.Code(err) != gcerrors.InvalidArgument || !errors.Is(err, resource.ErrInvalidHeader) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	s.run("two that write an object in parts at once do not mix them", func(t *testing.T) {
		var writers [2]*blob.Writer
		for i := range writers {
			w, err := b.NewWriter(ctx, "race", &blob.WriterOptions{BufferSize: 1})
			if err != nil {
				t.Fatal(err)
			}
			writers[i] = w
		}
		part := func(i int) []byte { return bytes.Repeat([]byte("ab"[i:i+1]), 9<<20) } // more than one part
		for i, w := range writers {
			if _, err := w.Write(part(i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := writers[0].Close(); err != nil {
			t.Fatal(err)
		}
		if got, err := b.ReadAll(ctx, "race"); err != nil || !bytes.Equal(got, part(0)) {
			t.Errorf("the first one's object is %q to %q (%v)", got[:1], got[len(got)-1:], err)
		}
		closing := writers[1].Close() // on Azure its parts are gone with those of the first
		if got, err := b.ReadAll(ctx, "race"); err != nil || !bytes.Equal(got, part(0)) && !bytes.Equal(got, part(1)) {
			t.Errorf("the object is %q to %q in the end (%v; %v)", got[:1], got[len(got)-1:], err, closing)
		}
		if err := b.Delete(ctx, "race"); err != nil {
			t.Error(err)
		}
	})
	s.run("a large object is written in parts", func(t *testing.T) {
		data := bytes.Repeat([]byte("0123456789abcdef"), 1<<16+3) // a little more than 1 MiB
		w, err := b.NewWriter(ctx, "large", &blob.WriterOptions{BufferSize: 5 << 20})
		if err != nil {
			t.Fatal(err)
		}
		for range 11 { // eleven times that, which no part holds
			if _, err := w.Write(data); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := b.ReadAll(ctx, "large")
		if err != nil || !bytes.Equal(got, bytes.Repeat(data, 11)) {
			t.Errorf("%d bytes came back (%v)", len(got), err)
		}
	})
	s.run("a write that is called off leaves what was there", func(t *testing.T) {
		cancelled, cancel := contextWithCancel(ctx)
		w, err := b.NewWriter(cancelled, "a.txt", nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte("half"))
		cancel()
		if err := w.Close(); err == nil {
			t.Error("closing it is no error")
		}
		if got, err := b.ReadAll(ctx, "a.txt"); err != nil || string(got) != "content of a.txt" {
			t.Errorf("the object holds %q (%v)", got, err)
		}
	})
	s.run("an object is written once", func(t *testing.T) {
		if err := b.WriteAll(ctx, "once", []byte("1"), &blob.WriterOptions{IfNotExist: true}); err != nil {
			t.Fatal(err)
		}
		err := b.WriteAll(ctx, "once", []byte("2"), &blob.WriterOptions{IfNotExist: true})
		if gcerrors.Code(err) != gcerrors.FailedPrecondition && gcerrors.Code(err) != gcerrors.AlreadyExists {
			t.Errorf("writing it again: %v", err)
		}
		if got, err := b.ReadAll(ctx, "once"); err != nil || string(got) != "1" {
			t.Errorf("the object holds %q (%v)", got, err)
		}
	})
	s.run("objects are copied", func(t *testing.T) {
		if err := b.Copy(ctx, "folder/copy ✓", keys[2], nil); err != nil {
			t.Fatal(err)
		}
		got, err := b.ReadAll(ctx, "folder/copy ✓")
		if err != nil || string(got) != "content of "+keys[2] {
			t.Errorf("the copy holds %q (%v)", got, err)
		}
		if err := b.Copy(ctx, "x", "absent", nil); gcerrors.Code(err) != gcerrors.NotFound {
			t.Errorf("copying what is not there: %v", err)
		}
	})
	s.run("what is not there is not found", func(t *testing.T) {
		if _, err := b.ReadAll(ctx, "absent"); gcerrors.Code(err) != gcerrors.NotFound {
			t.Errorf("reading: %v", err)
		}
		if _, err := b.Attributes(ctx, "absent"); gcerrors.Code(err) != gcerrors.NotFound {
			t.Errorf("its attributes: %v", err)
		}
		if ok, err := b.Exists(ctx, "absent"); ok || err != nil {
			t.Errorf("it exists: %v (%v)", ok, err)
		}
		if err := b.Delete(ctx, "absent"); gcerrors.Code(err) != gcerrors.NotFound {
			t.Errorf("deleting: %v", err)
		}
	})
	s.run("objects are deleted", func(t *testing.T) {
		if err := b.Delete(ctx, keys[2]); err != nil {
			t.Fatal(err)
		}
		if ok, err := b.Exists(ctx, keys[2]); ok || err != nil {
			t.Errorf("it exists: %v (%v)", ok, err)
		}
	})
	s.run("keys that some cloud changes", func(t *testing.T) {
		for _, key := range []string{"/a", "a/", "a//b", "a/../b", "./a", "a\\b", "a\x00", "\xff", strings.Repeat("x", 1025), strings.Repeat("x/", 254) + "x", ".well-known/acme-challenge/x"} {
			err := b.WriteAll(ctx, key, []byte("x"), nil)
			if code := gcerrors.Code(err); code != gcerrors.InvalidArgument {
				t.Errorf("%.20q: %v", key, err)
			}
		}
	})
	// Of a URL a dot segment leads elsewhere: to another bucket, which the function may have no access to, and no key at all to the bucket.
	s.run("keys that lead out of the bucket", func(t *testing.T) {
		for _, key := range []string{"", ".", "..", "../users/x", "a/../../users/x", "a/./b", "..\\users\\x", "a/.."} {
			_, reading := b.ReadAll(ctx, key)
			_, attributes := b.Attributes(ctx, key)
			_, exists := b.Exists(ctx, key)
			for what, err := range map[string]error{
				"reading": reading, "its attributes": attributes, "whether it exists": exists, "writing": b.WriteAll(ctx, key, []byte("x"), nil),
				"deleting": b.Delete(ctx, key), "copying from": b.Copy(ctx, "x", key, nil), "copying to": b.Copy(ctx, key, "a.txt", nil),
			} {
				if gcerrors.Code(err) != gcerrors.InvalidArgument || !errors.Is(err, resource.ErrInvalidKey) {
					t.Errorf("%s %q: %v", what, key, err)
				}
			}
		}
	})
	s.run("no URL is signed", func(t *testing.T) {
		if _, err := b.SignedURL(ctx, "a.txt", nil); gcerrors.Code(err) != gcerrors.Unimplemented {
			t.Errorf("signing: %v", err)
		}
	})
}
