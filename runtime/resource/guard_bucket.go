package resource

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gocloud.dev/blob"
	"gocloud.dev/blob/driver"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// guardedBucket does with a bucket what a function may do with it, and nothing else.
type guardedBucket struct {
	base *blob.Bucket
	grant
}

// errNoSignedURL: of the clouds only AWS could sign one as a function signs in, without a key.
var errNoSignedURL = errors.New("a signed URL needs a key on some clouds, and functions have none")

func (b guardedBucket) ErrorCode(err error) gcerrors.ErrorCode {
	if c, ok := code(err); ok {
		return c
	}
	switch {
	case errors.Is(err, errNoSignedURL):
		return gcerrors.Unimplemented
	case errors.Is(err, ErrInvalidKey), errors.Is(err, ErrInvalidHeader):
		return gcerrors.InvalidArgument
	}
	return gcerrors.Code(err)
}

func (b guardedBucket) As(i any) bool { return b.base.As(i) }

func (b guardedBucket) ErrorAs(err error, i any) bool { return b.base.ErrorAs(err, i) }

// checkKey refuses keys that some cloud changes on their way, so that events of the object would have another.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
// https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata#blob-names
// https://cloud.google.com/storage/docs/objects#naming
func checkKey(key string) error {
	const (
		most           = 1024
		maxSegments    = 254                           // as Azure has it
		ofCertificates = ".well-known/acme-challenge/" // Google Cloud's own
	)
	bad := len(key) > most || !utf8.ValidString(key) || strings.ContainsRune(key, '\\') ||
		strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffe || r == 0xffff })
	for segment := range strings.SplitSeq(key, "/") {
		bad = bad || segment == "" || segment == "." || segment == ".."
	}
	bad = bad || strings.Count(key, "/") >= maxSegments || strings.HasPrefix(key, ofCertificates)
	if bad {
		return fmt.Errorf("%w: %.100q is not one to %d bytes of UTF-8, in at most %d segments between slashes of which none is empty, . or .., without backslashes and control characters, and not under %s",
			ErrInvalidKey, key, most, maxSegments, ofCertificates)
	}
	return nil
}

// checkPath refuses keys that lead out of the bucket when they are put into a URL, where servers follow dot segments: to another bucket, or
// with no key at all to the bucket itself. All else that some writer made an object of can be read, copied and deleted.
// https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4
func checkPath(key string) error {
	segments := strings.FieldsFunc(key, func(r rune) bool { return r == '/' || r == '\\' })
	if key == "" || slices.Contains(segments, ".") || slices.Contains(segments, "..") {
		return fmt.Errorf("%w: %.100q is empty, or has . or .. between slashes", ErrInvalidKey, key)
	}
	return nil
}

// ErrInvalidKey is in the errors of keys that no object can have, as some cloud would change them.
var ErrInvalidKey = errors.New("no key for an object")

// MaxMetadata is how many bytes an object's metadata has at most: names and values, as they are in headers, where what is not ASCII is
// three for each byte. It is S3's limit; others have 8 KiB.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
const MaxMetadata = 2 << 10

// ErrInvalidHeader is in the errors of what is said of an object that some cloud could not keep.
var ErrInvalidHeader = errors.New("no header of an object")

// checkHeaders refuses what cannot be said of an object: on AWS and Azure it is headers.
func checkHeaders(contentType string, o *driver.WriterOptions) error {
	for name, value := range map[string]string{
		"ContentType": contentType, "CacheControl": o.CacheControl, "ContentDisposition": o.ContentDisposition,
		"ContentEncoding": o.ContentEncoding, "ContentLanguage": o.ContentLanguage,
	} {
		if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
			return fmt.Errorf("%w: the %s %.100q is not ASCII without control characters; the name of a file can be written as filename*=UTF-8''%%C3%%BC", ErrInvalidHeader, name, value)
		}
	}
	size := 0
	for name, value := range o.Metadata {
		size += len(rest.EscapePath(name, "")) + len(rest.EscapeHeader(value))
	}
	if size > MaxMetadata {
		return fmt.Errorf("%w: its metadata has %d bytes, escaped, and at most %d are taken", ErrInvalidHeader, size, MaxMetadata)
	}
	return nil
}

func (b guardedBucket) Attributes(ctx context.Context, key string) (*driver.Attributes, error) {
	if err := cmp.Or(b.may(VerbRead), checkPath(key)); err != nil {
		return nil, err
	}
	a, err := b.base.Attributes(ctx, key)
	if err != nil {
		return nil, err
	}
	return &driver.Attributes{
		CacheControl: a.CacheControl, ContentDisposition: a.ContentDisposition, ContentEncoding: a.ContentEncoding,
		ContentLanguage: a.ContentLanguage, ContentType: a.ContentType, Metadata: a.Metadata,
		CreateTime: a.CreateTime, ModTime: a.ModTime, Size: a.Size, MD5: a.MD5, ETag: a.ETag, AsFunc: a.As,
	}, nil
}

func (b guardedBucket) ListPaged(ctx context.Context, o *driver.ListOptions) (*driver.ListPage, error) {
	if err := b.may(VerbRead); err != nil {
		return nil, err
	}
	token := o.PageToken
	if len(token) == 0 {
		token = blob.FirstPageToken
	}
	size := o.PageSize
	if size == 0 {
		size = defaultPage
	}
	objects, next, err := b.base.ListPage(ctx, token, size, &blob.ListOptions{Prefix: o.Prefix, Delimiter: o.Delimiter, BeforeList: o.BeforeList})
	if err != nil {
		return nil, err
	}
	page := &driver.ListPage{NextPageToken: next}
	for _, x := range objects {
		page.Objects = append(page.Objects, &driver.ListObject{Key: x.Key, ModTime: x.ModTime, Size: x.Size, MD5: x.MD5, IsDir: x.IsDir, AsFunc: x.As})
	}
	return page, nil
}

// defaultPage is the size of a page that the caller leaves open, as drivers have it.
const defaultPage = 1000

func (b guardedBucket) NewRangeReader(ctx context.Context, key string, offset, length int64, o *driver.ReaderOptions) (driver.Reader, error) {
	if err := cmp.Or(b.may(VerbRead), checkPath(key)); err != nil {
		return nil, err
	}
	r, err := b.base.NewRangeReader(ctx, key, offset, length, &blob.ReaderOptions{BeforeRead: o.BeforeRead})
	if err != nil {
		return nil, err
	}
	return reader{r}, nil
}

type reader struct{ *blob.Reader }

func (r reader) Attributes() *driver.ReaderAttributes {
	return &driver.ReaderAttributes{ContentType: r.ContentType(), ModTime: r.ModTime(), Size: r.Size()}
}

func (b guardedBucket) NewTypedWriter(ctx context.Context, key, contentType string, o *driver.WriterOptions) (driver.Writer, error) {
	if err := cmp.Or(b.may(VerbWrite), checkKey(key), checkHeaders(contentType, o)); err != nil {
		return nil, err
	}
	return b.base.NewWriter(ctx, key, &blob.WriterOptions{
		BufferSize: o.BufferSize, MaxConcurrency: o.MaxConcurrency, CacheControl: o.CacheControl,
		ContentDisposition: o.ContentDisposition, ContentEncoding: o.ContentEncoding, ContentLanguage: o.ContentLanguage,
		ContentType: contentType, ContentMD5: o.ContentMD5, Metadata: o.Metadata,
		DisableContentTypeDetection: o.DisableContentTypeDetection, BeforeWrite: o.BeforeWrite, IfNotExist: o.IfNotExist,
	})
}

func (b guardedBucket) Copy(ctx context.Context, dst, src string, o *driver.CopyOptions) error {
	if err := cmp.Or(b.may(VerbRead, VerbWrite), checkKey(dst), checkPath(src)); err != nil {
		return err
	}
	return b.base.Copy(ctx, dst, src, &blob.CopyOptions{BeforeCopy: o.BeforeCopy})
}

func (b guardedBucket) Delete(ctx context.Context, key string, o *driver.DeleteOptions) error {
	if err := cmp.Or(b.may(VerbWrite), checkPath(key)); err != nil {
		return err
	}
	return b.base.DeleteWithOptions(ctx, key, &blob.DeleteOptions{BeforeDelete: o.BeforeDelete})
}

func (b guardedBucket) SignedURL(context.Context, string, *driver.SignedURLOptions) (string, error) {
	return "", errNoSignedURL
}

// Close leaves the bucket open, which others use too.
func (b guardedBucket) Close() error { return nil }
