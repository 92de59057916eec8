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

// Part writes a part. All but the last are answered with 308.
func (o *object) Part(ctx context.Context, _ int, data []byte, last bool) error {
	end := o.offset + int64(len(data))
	total := "*"
	if last {
		total = strconv.FormatInt(end, 10)
	}
	_, _, err := o.bucket.Read(ctx, rest.Request{Method: http.MethodPut, URL: o.session, Body: data, Header: http.Header{
		"Content-Range": {fmt.Sprintf("bytes %d-%d/%s", o.offset, end-1, total)},
	}})
	o.offset = end
	if e, ok := errors.AsType[*rest.Error](err); ok && e.Status == http.StatusPermanentRedirect && !last {
		if got := e.Header.Get("Range"); got != fmt.Sprintf("bytes=0-%d", end-1) {
			return fmt.Errorf("the upload stands at %q after %d bytes", got, end)
		}
		return nil
	}
	return err
}

// Finish has nothing to do: the last part made the object.
func (o *object) Finish(context.Context) error { return nil }

func (o *object) Abort(ctx context.Context) {
	if o.session != "" {
		_, _, _ = o.bucket.Read(ctx, rest.Request{Method: http.MethodDelete, URL: o.session, Once: true})
	}
}
