package gcpdrivers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// The sizes of the parts of a resumable upload: of all but the last a multiple of the quantum.
const (
	chunk   = 8 << 20
	quantum = 256 << 10
)

// object is an object that is being written.
type object struct {
	bucket   *bucket
	metadata metadata
	header   http.Header
	once     bool // only when there is none yet
	session  string
	offset   int64
}

func (o *object) url(kind string) string {
	u := o.bucket.endpoint + "/upload/storage/v1/b/" + rest.EscapePath(o.bucket.name, "") + "/o?uploadType=" + kind
	if o.once {
		u += "&ifGenerationMatch=0"
	}
	return u
}

// Whole writes metadata and content in one request. https://cloud.google.com/storage/docs/uploading-objects#uploading-an-object
func (o *object) Whole(ctx context.Context, data []byte) error {
	description, err := json.Marshal(o.metadata)
	if err != nil {
		return err
	}
	contentType := o.metadata.ContentType
	if contentType == "" {
		contentType = "application/octet-stream"
	}
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for _, p := range []struct {
		kind string
		data []byte
	}{{"application/json; charset=utf-8", description}, {contentType, data}} {
		w, err := parts.CreatePart(textproto.MIMEHeader{"Content-Type": {p.kind}})
		if err == nil {
			_, err = w.Write(p.data)
		}
		if err != nil {
			return err
		}
	}
	if err := parts.Close(); err != nil {
		return err
	}
	h := o.header.Clone()
	h.Set("Content-Type", "multipart/related; boundary="+parts.Boundary())
	_, _, err = o.bucket.Read(ctx, rest.Request{Method: http.MethodPost, URL: o.url("multipart"), Header: h, Body: body.Bytes(), Once: o.once})
	return err
}

// Begin begins a resumable upload. https://cloud.google.com/storage/docs/performing-resumable-uploads
func (o *object) Begin(ctx context.Context) error {
	description, err := json.Marshal(o.metadata)
	if err != nil {
		return err
	}
	h := o.header.Clone()
	h.Set("Content-Type", "application/json; charset=utf-8")
	if o.metadata.ContentType != "" {
		h.Set("X-Upload-Content-Type", o.metadata.ContentType)
	}
	_, answer, err := o.bucket.Read(ctx, rest.Request{Method: http.MethodPost, URL: o.url("resumable"), Header: h, Body: description})
	if err != nil {
		return err
	}
	if o.session = answer.Get("Location"); o.session == "" {
		return errors.New("beginning the upload: the answer has no Location")
	}
	return nil
}

// Part writes a part. All but the last are answered with 308, and how far the upload has got: of a part that was kept in part the rest is
// sent again. https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload
func (o *object) Part(ctx context.Context, _ int, data []byte, last bool) error {
	end := o.offset + int64(len(data))
	total := "*"
	if last {
		total = strconv.FormatInt(end, 10)
	}
	for {
		_, _, err := o.bucket.Read(ctx, rest.Request{Method: http.MethodPut, URL: o.session, Body: data, Header: http.Header{
			"Content-Range": {fmt.Sprintf("bytes %d-%d/%s", o.offset, end-1, total)},
		}})
		e, ok := errors.AsType[*rest.Error](err)
		if !ok || e.Status != http.StatusPermanentRedirect {
			o.offset = end
			return err
		}
		kept, ok := keptOf(e.Header.Get("Range"))
		if !ok || kept < o.offset || kept > end || kept == o.offset && len(data) > 0 || kept == end && last {
			return fmt.Errorf("the upload stands at %q after %d bytes", e.Header.Get("Range"), end)
		}
		if data, o.offset = data[kept-o.offset:], kept; kept == end {
			return nil
		}
	}
}

// keptOf is how many bytes of an upload there are, by the header Range of an answer, which is not there when there is none.
func keptOf(header string) (int64, bool) {
	if header == "" {
		return 0, true
	}
	text, ok := strings.CutPrefix(header, "bytes=0-")
	last, err := strconv.ParseInt(text, 10, 64)
	return last + 1, ok && err == nil && last >= 0
}

// Finish has nothing to do: the last part made the object.
func (o *object) Finish(context.Context) error { return nil }

func (o *object) Abort(ctx context.Context) {
	if o.session != "" {
		_, _, _ = o.bucket.Read(ctx, rest.Request{Method: http.MethodDelete, URL: o.session, Once: true})
	}
}
