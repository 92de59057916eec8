package gcpdrivers

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/driver"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
	"github.com/isobar-dev/isobar/runtime/resource/internal/upload"
)

// bucket is a bucket of Cloud Storage. https://cloud.google.com/storage/docs/json_api/v1
type bucket struct {
	*api
	name string
}

// OpenBucket opens a bucket of Cloud Storage by its name.
func OpenBucket(s Settings, name string) *blob.Bucket {
	return blob.NewBucket(&bucket{newAPI(s, s.Storage), name})
}

// metadata is an object's metadata. Numbers are within strings.
type metadata struct {
	Name               string            `json:"name,omitempty"`
	Size               string            `json:"size,omitempty"`
	ContentType        string            `json:"contentType,omitempty"`
	CacheControl       string            `json:"cacheControl,omitempty"`
	ContentDisposition string            `json:"contentDisposition,omitempty"`
	ContentEncoding    string            `json:"contentEncoding,omitempty"`
	ContentLanguage    string            `json:"contentLanguage,omitempty"`
	ETag               string            `json:"etag,omitempty"`
	MD5                string            `json:"md5Hash,omitempty"`
	TimeCreated        string            `json:"timeCreated,omitempty"`
	Updated            string            `json:"updated,omitempty"`
	Metadata           map[string]string `json:"metadata,omitempty"`
}

func (r *metadata) size() int64 {
	n, _ := strconv.ParseInt(r.Size, 10, 64)
	return n
}

func (r *metadata) md5() []byte {
	sum, _ := base64.StdEncoding.DecodeString(r.MD5)
	return sum
}

func moment(text string) time.Time {
	at, _ := time.Parse(time.RFC3339, text)
	return at
}

// objects is the URL of the bucket's objects, and object that of one.
func (b *bucket) objects() string {
	return b.endpoint + "/storage/v1/b/" + rest.EscapePath(b.name, "") + "/o"
}

func (b *bucket) object(key string) string { return b.objects() + "/" + rest.EscapePath(key, "") }

func (b *bucket) ErrorCode(err error) gcerrors.ErrorCode { return rest.Code(err) }

func (b *bucket) ErrorAs(err error, i any) bool { return rest.ErrorAs(err, i) }

// errNoKey: without a key a URL would be that of the bucket.
var errNoKey = rest.Coded(gcerrors.InvalidArgument, errors.New("an object has a key"))

// Attributes implements driver.Bucket.
func (b *bucket) Attributes(ctx context.Context, key string) (*driver.Attributes, error) {
	var r metadata
	if err := b.call(ctx, http.MethodGet, b.object(key), nil, &r); err != nil {
		return nil, err
	}
	return &driver.Attributes{
		CacheControl: r.CacheControl, ContentDisposition: r.ContentDisposition, ContentEncoding: r.ContentEncoding,
		ContentLanguage: r.ContentLanguage, ContentType: r.ContentType, Metadata: r.Metadata,
		CreateTime: moment(r.TimeCreated), ModTime: moment(r.Updated), Size: r.size(), MD5: r.md5(), ETag: `"` + strings.Trim(r.ETag, `"`) + `"`,
		AsFunc: func(any) bool { return false },
	}, nil
}

// ListPaged implements driver.Bucket.
func (b *bucket) ListPaged(ctx context.Context, o *driver.ListOptions) (*driver.ListPage, error) {
	query := url.Values{"projection": {"noAcl"}}
	for name, value := range map[string]string{"prefix": o.Prefix, "delimiter": o.Delimiter, "pageToken": string(o.PageToken)} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if o.PageSize > 0 {
		query.Set("maxResults", strconv.Itoa(o.PageSize))
	}
	if err := before(o.BeforeList, nil); err != nil {
		return nil, err
	}
	var answer struct {
		Items         []metadata
		Prefixes      []string
		NextPageToken string
	}
	if err := b.call(ctx, http.MethodGet, b.objects()+"?"+query.Encode(), nil, &answer); err != nil {
		return nil, err
	}
	page := &driver.ListPage{NextPageToken: []byte(answer.NextPageToken)}
	objects, folders := answer.Items, answer.Prefixes
	for len(objects)+len(folders) > 0 { // each in order, and to be in one
		var next *driver.ListObject
		if len(folders) == 0 || len(objects) > 0 && objects[0].Name < folders[0] {
			r := &objects[0]
			next = &driver.ListObject{Key: r.Name, ModTime: moment(r.Updated), Size: r.size(), MD5: r.md5()}
			objects = objects[1:]
		} else {
			next = &driver.ListObject{Key: folders[0], IsDir: true}
			folders = folders[1:]
		}
		next.AsFunc = func(any) bool { return false }
		page.Objects = append(page.Objects, next)
	}
	return page, nil
}

// before calls a person's function before a request, which may change its headers.
func before(f func(func(any) bool) error, h http.Header) error {
	if f == nil {
		return nil
	}
	return f(func(i any) bool {
		target, ok := i.(*http.Header)
		if ok && h != nil {
			*target = h
		}
		return ok && h != nil
	})
}

// NewRangeReader implements driver.Bucket.
func (b *bucket) NewRangeReader(ctx context.Context, key string, offset, length int64, o *driver.ReaderOptions) (driver.Reader, error) {
	if key == "" {
		return nil, errNoKey
	}
	// As it is stored: an object whose encoding is gzip would be decompressed otherwise.
	// https://cloud.google.com/storage/docs/transcoding
	h := http.Header{"Accept-Encoding": {"gzip"}}
	if err := before(o.BeforeRead, h); err != nil {
		return nil, err
	}
	if length == 0 { // there is no range of no bytes
		return b.none(ctx, key)
	}
	switch {
	case length > 0:
		h.Set("Range", "bytes="+strconv.FormatInt(offset, 10)+"-"+strconv.FormatInt(offset+length-1, 10))
	case offset > 0:
		h.Set("Range", "bytes="+strconv.FormatInt(offset, 10)+"-")
	}
	resp, err := b.Do(ctx, rest.Request{Method: http.MethodGet, URL: b.object(key) + "?alt=media", Header: h}) //nolint:bodyclose // the reader's Close does
	if rest.IsBeyond(err) {
		return b.none(ctx, key)
	}
	if err != nil {
		return nil, err
	}
	size := resp.ContentLength
	if _, total, ok := strings.Cut(resp.Header.Get("Content-Range"), "/"); ok {
		if n, err := strconv.ParseInt(total, 10, 64); err == nil {
			size = n
		}
	}
	at, _ := http.ParseTime(resp.Header.Get("Last-Modified"))
	return &reader{resp, driver.ReaderAttributes{ContentType: resp.Header.Get("Content-Type"), ModTime: at, Size: size}}, nil
}

// none reads no bytes of an object.
func (b *bucket) none(ctx context.Context, key string) (driver.Reader, error) {
	a, err := b.Attributes(ctx, key)
	if err != nil {
		return nil, err
	}
	return &reader{&http.Response{Body: http.NoBody}, driver.ReaderAttributes{ContentType: a.ContentType, ModTime: a.ModTime, Size: a.Size}}, nil
}

type reader struct {
	*http.Response
	attributes driver.ReaderAttributes
}

func (r *reader) Read(p []byte) (int, error)           { return r.Body.Read(p) }
func (r *reader) Close() error                         { return r.Body.Close() }
func (r *reader) Attributes() *driver.ReaderAttributes { return &r.attributes }

func (r *reader) As(i any) bool {
	target, ok := i.(*http.Header)
	if ok {
		*target = r.Header
	}
	return ok
}

// NewTypedWriter implements driver.Bucket.
func (b *bucket) NewTypedWriter(ctx context.Context, key, contentType string, o *driver.WriterOptions) (driver.Writer, error) {
	if key == "" {
		return nil, errNoKey
	}
	h := http.Header{}
	if err := before(o.BeforeWrite, h); err != nil {
		return nil, err
	}
	target := &object{bucket: b, header: h, once: o.IfNotExist, metadata: metadata{
		Name: key, ContentType: contentType, CacheControl: o.CacheControl, ContentDisposition: o.ContentDisposition,
		ContentEncoding: o.ContentEncoding, ContentLanguage: o.ContentLanguage, Metadata: o.Metadata,
	}}
	if len(o.ContentMD5) > 0 {
		target.metadata.MD5 = base64.StdEncoding.EncodeToString(o.ContentMD5)
	}
	size := max(o.BufferSize, chunk)
	return upload.NewWriter(ctx, target, size-size%quantum), nil
}

// Copy implements driver.Bucket. A large object is copied in several calls.
// https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite
func (b *bucket) Copy(ctx context.Context, dst, src string, o *driver.CopyOptions) error {
	if err := before(o.BeforeCopy, nil); err != nil {
		return err
	}
	to := b.object(src) + "/rewriteTo/b/" + rest.EscapePath(b.name, "") + "/o/" + rest.EscapePath(dst, "")
	for token := ""; ; {
		query := ""
		if token != "" {
			query = "?rewriteToken=" + url.QueryEscape(token)
		}
		var answer struct {
			Done         bool
			RewriteToken string
		}
		if err := b.call(ctx, http.MethodPost, to+query, nil, &answer); err != nil || answer.Done {
			return err
		}
		token = answer.RewriteToken
	}
}

// Delete implements driver.Bucket. What is not there when the call is made again has been deleted by it.
func (b *bucket) Delete(ctx context.Context, key string, o *driver.DeleteOptions) error {
	h := http.Header{}
	if err := before(o.BeforeDelete, h); err != nil {
		return err
	}
	_, _, err := b.Read(ctx, rest.Request{Method: http.MethodDelete, URL: b.object(key), Header: h})
	if rest.Before(err, http.StatusNotFound) {
		return nil
	}
	return err
}

// SignedURL implements driver.Bucket.
func (b *bucket) SignedURL(context.Context, string, *driver.SignedURLOptions) (string, error) {
	return "", rest.Coded(gcerrors.Unimplemented, errors.New("URLs are not signed"))
}

func (b *bucket) Close() error { return nil }
