package awsdrivers

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"gocloud.dev/blob"
	"gocloud.dev/blob/driver"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
	"github.com/isobar-dev/isobar/runtime/resource/internal/upload"
)

// bucket is a bucket of S3. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
type bucket struct {
	*api
	name     string
	copyPart int64 // how large the parts are of a copy that is made in parts
}

// OpenBucket opens a bucket of S3 by its name.
func OpenBucket(c aws.Config, name string) *blob.Bucket { return blob.NewBucket(newBucket(c, name)) }

func newBucket(c aws.Config, name string) *bucket { return &bucket{newAPI(c, "s3"), name, copyPart} }

// metadataPrefix begins the headers of an object's metadata.
const metadataPrefix = "X-Amz-Meta-"

// url is that of an object, or of the bucket when the key is empty. Another endpoint has the bucket's name in the path.
func (b *bucket) url(key string, query url.Values) string {
	at := "https://" + b.name + ".s3." + b.config.Region + "." + domain(b.config.Region)
	if b.config.BaseEndpoint != nil {
		at = *b.config.BaseEndpoint + "/" + b.name
	}
	at += "/" + rest.EscapePath(key, "/")
	if len(query) > 0 {
		// As signatures have it, where a space is %20.
		at += "?" + strings.ReplaceAll(query.Encode(), "+", "%20")
	}
	return at
}

func (b *bucket) ErrorCode(err error) gcerrors.ErrorCode {
	if e, ok := errors.AsType[*rest.Error](err); ok {
		switch e.Code {
		case "NoSuchKey", "NoSuchBucket", "NoSuchUpload":
			return gcerrors.NotFound
		case "ConditionalRequestConflict", "PreconditionFailed":
			return gcerrors.FailedPrecondition
		}
	}
	return rest.Code(err)
}

func (b *bucket) ErrorAs(err error, i any) bool { return rest.ErrorAs(err, i) }

// errNoKey: without a key a URL would be that of the bucket.
var errNoKey = rest.Coded(gcerrors.InvalidArgument, errors.New("an object has a key"))

// Attributes implements driver.Bucket.
func (b *bucket) Attributes(ctx context.Context, key string) (*driver.Attributes, error) {
	resp, err := b.Do(ctx, rest.Request{Method: http.MethodHead, URL: b.url(key, nil)})
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	h := resp.Header
	a := &driver.Attributes{
		CacheControl: h.Get("Cache-Control"), ContentDisposition: h.Get("Content-Disposition"), ContentEncoding: h.Get("Content-Encoding"),
		ContentLanguage: h.Get("Content-Language"), ContentType: h.Get("Content-Type"), Metadata: map[string]string{},
		ModTime: modified(h), Size: resp.ContentLength, ETag: h.Get("Etag"),
		AsFunc: func(i any) bool { return asHeader(i, h) },
	}
	for name := range h {
		if short, ok := strings.CutPrefix(name, metadataPrefix); ok {
			value, err := url.PathUnescape(h.Get(name))
			if err != nil {
				value = h.Get(name) // another wrote it
			}
			short, err := url.PathUnescape(short)
			if err == nil {
				a.Metadata[strings.ToLower(short)] = value
			}
		}
	}
	return a, nil
}

// asHeader gives access to the headers of an answer.
func asHeader(i any, h http.Header) bool {
	target, ok := i.(*http.Header)
	if ok {
		*target = h
	}
	return ok
}

func modified(h http.Header) time.Time {
	at, _ := http.ParseTime(h.Get("Last-Modified"))
	return at
}

// NewRangeReader implements driver.Bucket.
func (b *bucket) NewRangeReader(ctx context.Context, key string, offset, length int64, o *driver.ReaderOptions) (driver.Reader, error) {
	if key == "" {
		return nil, errNoKey
	}
	r := rest.Request{Method: http.MethodGet, URL: b.url(key, nil), Header: http.Header{}}
	switch {
	case length == 0:
		r.Method = http.MethodHead // there is no range of no bytes
	case length > 0:
		r.Header.Set("Range", "bytes="+strconv.FormatInt(offset, 10)+"-"+strconv.FormatInt(offset+length-1, 10))
	case offset > 0:
		r.Header.Set("Range", "bytes="+strconv.FormatInt(offset, 10)+"-")
	}
	if err := before(o.BeforeRead, &r.Header); err != nil {
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
	return &reader{resp, driver.ReaderAttributes{ContentType: resp.Header.Get("Content-Type"), ModTime: modified(resp.Header), Size: size}}, nil
}

// before calls a person's function before a request, which may change its headers.
func before(f func(func(any) bool) error, h *http.Header) error {
	if f == nil {
		return nil
	}
	return f(func(i any) bool { return asHeader(i, *h) })
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
		"Content-Type": contentType, "Cache-Control": o.CacheControl, "Content-Disposition": o.ContentDisposition,
		"Content-Encoding": o.ContentEncoding, "Content-Language": o.ContentLanguage,
	} {
		if value != "" {
			h.Set(name, value)
		}
	}
	for name, value := range o.Metadata {
		h.Set(metadataPrefix+rest.EscapePath(name, ""), rest.EscapeHeader(value))
	}
	if err := before(o.BeforeWrite, &h); err != nil {
		return nil, err
	}
	target := &object{bucket: b, key: key, header: h, once: o.IfNotExist}
	if len(o.ContentMD5) > 0 {
		target.md5 = base64.StdEncoding.EncodeToString(o.ContentMD5)
	}
	return upload.NewWriter(ctx, target, max(o.BufferSize, minPart)), nil
}

// Copy implements driver.Bucket.
func (b *bucket) Copy(ctx context.Context, dst, src string, o *driver.CopyOptions) error {
	h := http.Header{"X-Amz-Copy-Source": {"/" + b.name + "/" + rest.EscapePath(src, "/")}}
	if err := before(o.BeforeCopy, &h); err != nil {
		return err
	}
	_, err := b.long(ctx, rest.Request{Method: http.MethodPut, URL: b.url(dst, nil), Header: h})
	if isTooLarge(err) {
		return b.copyInParts(ctx, dst, h, src)
	}
	return err
}

// Delete implements driver.Bucket. S3 does not say when there is nothing to delete, so that is asked first; who may only write cannot ask.
func (b *bucket) Delete(ctx context.Context, key string, o *driver.DeleteOptions) error {
	resp, err := b.Do(ctx, rest.Request{Method: http.MethodHead, URL: b.url(key, nil)})
	if err == nil {
		_ = resp.Body.Close()
	} else if b.ErrorCode(err) != gcerrors.PermissionDenied {
		return err
	}
	h := http.Header{}
	if err := before(o.BeforeDelete, &h); err != nil {
		return err
	}
	resp, err = b.Do(ctx, rest.Request{Method: http.MethodDelete, URL: b.url(key, nil), Header: h})
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, rest.MaxAnswer))
	return resp.Body.Close()
}

// SignedURL implements driver.Bucket.
func (b *bucket) SignedURL(context.Context, string, *driver.SignedURLOptions) (string, error) {
	return "", rest.Coded(gcerrors.Unimplemented, errors.New("URLs are not signed"))
}

func (b *bucket) Close() error { return nil }
