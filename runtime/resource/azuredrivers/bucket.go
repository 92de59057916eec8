package azuredrivers

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"gocloud.dev/blob"
	"gocloud.dev/blob/driver"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
	"github.com/isobar-dev/isobar/runtime/resource/internal/upload"
)

// scopeStorage is the scope of tokens for Blob Storage, and blobVersion the version of its API.
// https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory
const (
	scopeStorage = "https://storage.azure.com/.default"
	blobVersion  = "2023-11-03"
)

// bucket is a container of Blob Storage. https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
type bucket struct {
	rest.Client
	container  string // its URL
	credential azcore.TokenCredential
}

// OpenBucket opens a container of Blob Storage, by its URL.
func OpenBucket(container string, credential azcore.TokenCredential) *blob.Bucket {
	return blob.NewBucket(newBucket(container, credential, signed(credential, scopeStorage)))
}

func newBucket(container string, credential azcore.TokenCredential, sign func(context.Context, *http.Request, []byte) error) *bucket {
	b := &bucket{container: container, credential: credential}
	b.Describe = func(_ int, h http.Header, body []byte) (code, message string) {
		var e struct{ Code, Message string }
		_ = xml.Unmarshal(body, &e)
		message, _, _ = strings.Cut(e.Message, "\n") // what follows are numbers for support
		if code = h.Get("X-Ms-Error-Code"); code == "" {
			code = e.Code
		}
		return code, message
	}
	b.Sign = func(ctx context.Context, r *http.Request, body []byte) error {
		r.Header.Set("X-Ms-Version", blobVersion)
		r.Header.Set("X-Ms-Date", time.Now().UTC().Format(http.TimeFormat))
		return sign(ctx, r, body)
	}
	return b
}

// url is that of a blob.
func (b *bucket) url(key string) string { return b.container + "/" + rest.EscapePath(key, "/") }

var errNoKey = rest.Coded(gcerrors.InvalidArgument, errors.New("an object has a key"))

func (b *bucket) ErrorCode(err error) gcerrors.ErrorCode {
	if e, ok := errors.AsType[*rest.Error](err); ok && e.Code == "BlobAlreadyExists" {
		return gcerrors.FailedPrecondition // that there is none yet
	}
	return rest.Code(err)
}

func (b *bucket) ErrorAs(err error, i any) bool { return rest.ErrorAs(err, i) }

// As gives access to the credential, with which other clients sign in.
func (b *bucket) As(i any) bool {
	target, ok := i.(*azcore.TokenCredential)
	if ok {
		*target = b.credential
	}
	return ok
}

// metadataPrefix begins the headers of a blob's metadata.
const metadataPrefix = "X-Ms-Meta-"

// Attributes implements driver.Bucket.
func (b *bucket) Attributes(ctx context.Context, key string) (*driver.Attributes, error) {
	resp, err := b.Do(ctx, rest.Request{Method: http.MethodHead, URL: b.url(key)})
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	h := resp.Header
	a := &driver.Attributes{
		CacheControl: h.Get("Cache-Control"), ContentDisposition: h.Get("Content-Disposition"), ContentEncoding: h.Get("Content-Encoding"),
		ContentLanguage: h.Get("Content-Language"), ContentType: h.Get("Content-Type"), Metadata: map[string]string{},
		CreateTime: moment(h.Get("X-Ms-Creation-Time")), ModTime: moment(h.Get("Last-Modified")), Size: resp.ContentLength, ETag: h.Get("Etag"),
		AsFunc: func(i any) bool { return asHeader(i, h) },
	}
	a.MD5, _ = base64.StdEncoding.DecodeString(h.Get("Content-Md5"))
	for name := range h {
		if short, ok := strings.CutPrefix(name, metadataPrefix); ok {
			value, err := url.PathUnescape(h.Get(name))
			if err != nil {
				value = h.Get(name) // another wrote it
			}
			a.Metadata[unescapeName(strings.ToLower(short))] = value
		}
	}
	return a, nil
}

// Names of metadata are identifiers of C#, so that what is none is written as __0x2d__, as gocloud.dev's driver does.
// https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata#metadata-names
func escapeName(name string) string {
	var b strings.Builder
	for i, r := range name {
		if r >= 'a' && r <= 'z' || r == '_' || i > 0 && r >= '0' && r <= '9' {
			b.WriteRune(r)
			continue
		}
		b.WriteString("__0x" + strconv.FormatInt(int64(r), 16) + "__")
	}
	return b.String()
}

func unescapeName(name string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(name, "__0x")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		digits, after, ended := strings.Cut(rest, "__")
		n, err := strconv.ParseInt(digits, 16, 32)
		if !ended || err != nil {
			return b.String() + "__0x" + rest // another wrote it
		}
		b.WriteRune(rune(n))
		name = after
	}
}

// asHeader gives access to the headers of an answer.
func asHeader(i any, h http.Header) bool {
	target, ok := i.(*http.Header)
	if ok {
		*target = h
	}
	return ok
}

func moment(text string) time.Time {
	at, _ := http.ParseTime(text)
	return at
}

// before calls a person's function before a request, which may change its headers.
func before(f func(func(any) bool) error, h http.Header) error {
	if f == nil {
		return nil
	}
	return f(func(i any) bool { return asHeader(i, h) })
}

// NewRangeReader implements driver.Bucket.
func (b *bucket) NewRangeReader(ctx context.Context, key string, offset, length int64, o *driver.ReaderOptions) (driver.Reader, error) {
	if key == "" {
		return nil, errNoKey
	}
	r := rest.Request{Method: http.MethodGet, URL: b.url(key), Header: http.Header{}}
	switch {
	case length == 0:
		r.Method = http.MethodHead // there is no range of no bytes
	case length > 0:
		r.Header.Set("Range", "bytes="+strconv.FormatInt(offset, 10)+"-"+strconv.FormatInt(offset+length-1, 10))
	case offset > 0:
		r.Header.Set("Range", "bytes="+strconv.FormatInt(offset, 10)+"-")
	}
	if err := before(o.BeforeRead, r.Header); err != nil {
		return nil, err
	}
	resp, err := b.Do(ctx, r) //nolint:bodyclose // the reader's Close does
	if rest.IsBeyond(err) {
		r.Method = http.MethodHead
		r.Header.Del("Range")
		resp, err = b.Do(ctx, r) //nolint:bodyclose // there is none
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
	return &reader{resp, driver.ReaderAttributes{ContentType: resp.Header.Get("Content-Type"), ModTime: moment(resp.Header.Get("Last-Modified")), Size: size}}, nil
}

type reader struct {
	*http.Response
	attributes driver.ReaderAttributes
}

func (r *reader) Read(p []byte) (int, error)           { return r.Body.Read(p) }
func (r *reader) Close() error                         { return r.Body.Close() }
func (r *reader) Attributes() *driver.ReaderAttributes { return &r.attributes }
func (r *reader) As(i any) bool                        { return asHeader(i, r.Header) }

// NewTypedWriter implements driver.Bucket.
func (b *bucket) NewTypedWriter(ctx context.Context, key, contentType string, o *driver.WriterOptions) (driver.Writer, error) {
	if key == "" {
		return nil, errNoKey
	}
	h := http.Header{}
	for name, value := range map[string]string{
		"X-Ms-Blob-Content-Type": contentType, "X-Ms-Blob-Cache-Control": o.CacheControl, "X-Ms-Blob-Content-Disposition": o.ContentDisposition,
		"X-Ms-Blob-Content-Encoding": o.ContentEncoding, "X-Ms-Blob-Content-Language": o.ContentLanguage,
	} {
		if value != "" {
			h.Set(name, value)
		}
	}
	for name, value := range o.Metadata {
		h.Set(metadataPrefix+escapeName(name), rest.EscapeHeader(value))
	}
	if err := before(o.BeforeWrite, h); err != nil {
		return nil, err
	}
	target := &object{bucket: b, key: key, header: h, once: o.IfNotExist}
	if len(o.ContentMD5) > 0 {
		target.md5 = base64.StdEncoding.EncodeToString(o.ContentMD5)
	}
	return upload.NewWriter(ctx, target, max(o.BufferSize, block)), nil
}

// Copy implements driver.Bucket. Within an account a copy is there soon, but not always at once.
// https://learn.microsoft.com/rest/api/storageservices/copy-blob
func (b *bucket) Copy(ctx context.Context, dst, src string, o *driver.CopyOptions) error {
	h := http.Header{"X-Ms-Copy-Source": {b.url(src)}}
	if err := before(o.BeforeCopy, h); err != nil {
		return err
	}
	_, answer, err := b.Read(ctx, rest.Request{Method: http.MethodPut, URL: b.url(dst), Header: h})
	const pause = 100 * time.Millisecond
	for err == nil && answer.Get("X-Ms-Copy-Status") == "pending" {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		_, answer, err = b.Read(ctx, rest.Request{Method: http.MethodHead, URL: b.url(dst)})
	}
	if err == nil && answer.Get("X-Ms-Copy-Status") != "success" {
		err = errors.New("the copy is " + answer.Get("X-Ms-Copy-Status") + ": " + answer.Get("X-Ms-Copy-Status-Description"))
	}
	return err
}

// Delete implements driver.Bucket. What is not there when the call is made again has been deleted by it.
func (b *bucket) Delete(ctx context.Context, key string, o *driver.DeleteOptions) error {
	h := http.Header{}
	if err := before(o.BeforeDelete, h); err != nil {
		return err
	}
	_, _, err := b.Read(ctx, rest.Request{Method: http.MethodDelete, URL: b.url(key), Header: h})
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
