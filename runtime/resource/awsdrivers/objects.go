package awsdrivers

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"gocloud.dev/blob/driver"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// ListPaged implements driver.Bucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
func (b *bucket) ListPaged(ctx context.Context, o *driver.ListOptions) (*driver.ListPage, error) {
	const defaultPage = 1000
	query := url.Values{"list-type": {"2"}, "encoding-type": {"url"}, "max-keys": {strconv.Itoa(defaultPage)}}
	if o.PageSize > 0 {
		query.Set("max-keys", strconv.Itoa(min(o.PageSize, defaultPage)))
	}
	for name, value := range map[string]string{"prefix": o.Prefix, "delimiter": o.Delimiter, "continuation-token": string(o.PageToken)} {
		if value != "" {
			query.Set(name, value)
		}
	}
	h := http.Header{}
	if err := before(o.BeforeList, &h); err != nil {
		return nil, err
	}
	data, _, err := b.Read(ctx, rest.Request{Method: http.MethodGet, URL: b.url("", query), Header: h})
	if err != nil {
		return nil, err
	}
	var answer struct {
		Contents []struct {
			Key          string
			LastModified time.Time
			Size         int64
		}
		CommonPrefixes        []struct{ Prefix string }
		NextContinuationToken string
	}
	if err := xml.Unmarshal(data, &answer); err != nil {
		return nil, fmt.Errorf("the list: %w", err)
	}
	page := &driver.ListPage{NextPageToken: []byte(answer.NextContinuationToken)}
	objects, folders := answer.Contents, answer.CommonPrefixes
	for len(objects)+len(folders) > 0 { // each in order, and to be in one
		var next *driver.ListObject
		switch {
		case len(folders) == 0 || len(objects) > 0 && decoded(objects[0].Key) < decoded(folders[0].Prefix):
			next = &driver.ListObject{Key: decoded(objects[0].Key), ModTime: objects[0].LastModified, Size: objects[0].Size}
			objects = objects[1:]
		default:
			next = &driver.ListObject{Key: decoded(folders[0].Prefix), IsDir: true}
			folders = folders[1:]
		}
		next.AsFunc = func(any) bool { return false }
		page.Objects = append(page.Objects, next)
	}
	return page, nil
}

// decoded is a key of a list, in which keys are escaped: XML could not hold all of them.
func decoded(key string) string {
	if s, err := url.QueryUnescape(key); err == nil {
		return s
	}
	return key
}

// object is an object that is being written. https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
type object struct {
	bucket *bucket
	key    string
	header http.Header
	once   bool // only when there is none yet
	md5    string
	id     string
	parts  []part
}

type part struct {
	PartNumber int
	ETag       string
}

// minPart is the least that a part has, but for the last.
const minPart = 8 << 20

func (o *object) conditional(h http.Header) http.Header {
	if h = h.Clone(); h == nil {
		h = http.Header{}
	}
	if o.once {
		h.Set("If-None-Match", "*")
	}
	return h
}

func (o *object) Whole(ctx context.Context, data []byte) error {
	h := o.conditional(o.header)
	if o.md5 != "" {
		h.Set("Content-Md5", o.md5)
	}
	_, _, err := o.bucket.Read(ctx, rest.Request{Method: http.MethodPut, URL: o.bucket.url(o.key, nil), Header: h, Body: data, Once: o.once})
	return err
}

func (o *object) Begin(ctx context.Context) error {
	data, _, err := o.bucket.Read(ctx, rest.Request{Method: http.MethodPost, URL: o.bucket.url(o.key, url.Values{"uploads": {""}}), Header: o.header})
	if err != nil {
		return err
	}
	var answer struct{ UploadId string } //nolint:revive // S3's name
	if err := xml.Unmarshal(data, &answer); err != nil || answer.UploadId == "" {
		return fmt.Errorf("beginning the upload: the answer has no UploadId (%w)", err)
	}
	o.id = answer.UploadId
	return nil
}

func (o *object) Part(ctx context.Context, number int, data []byte, _ bool) error {
	query := url.Values{"partNumber": {strconv.Itoa(number)}, "uploadId": {o.id}}
	_, h, err := o.bucket.Read(ctx, rest.Request{Method: http.MethodPut, URL: o.bucket.url(o.key, query), Body: data})
	if err == nil {
		o.parts = append(o.parts, part{number, h.Get("Etag")})
	}
	return err
}

func (o *object) Finish(ctx context.Context) error {
	body, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"CompleteMultipartUpload"`
		Part    []part
	}{Part: o.parts})
	if err != nil {
		return err
	}
	_, err = o.bucket.long(ctx, rest.Request{Method: http.MethodPost, URL: o.bucket.url(o.key, url.Values{"uploadId": {o.id}}), Header: o.conditional(nil), Body: body, Once: o.once})
	return err
}

// long makes a call that S3 answers with 200 before it knows how it ends. One that failed within S3 is made again, as others are by their status.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
func (b *bucket) long(ctx context.Context, r rest.Request) ([]byte, error) {
	const tries, pause = 3, 200 * time.Millisecond
	for try := 1; ; try++ {
		answer, _, err := b.Read(ctx, r)
		if err != nil {
			return nil, err
		}
		if err = inTheEnd(answer); err == nil {
			return answer, nil
		}
		e, ok := errors.AsType[*rest.Error](err)
		if !ok || e.Code != "InternalError" && e.Code != "SlowDown" || r.Once || try == tries {
			return nil, err
		}
		select {
		case <-time.After(time.Duration(try) * pause):
		case <-ctx.Done():
			return nil, err
		}
	}
}

// inTheEnd is how something ended that S3 answers with 200 before it knows.
func inTheEnd(answer []byte) error {
	var failed struct {
		XMLName xml.Name
		Code    string
		Message string
	}
	if xml.Unmarshal(answer, &failed) == nil && failed.XMLName.Local == "Error" {
		return &rest.Error{Status: http.StatusOK, Code: failed.Code, Message: failed.Message}
	}
	return nil
}

func (o *object) Abort(ctx context.Context) {
	if o.id == "" {
		return
	}
	if resp, err := o.bucket.Do(ctx, rest.Request{Method: http.MethodDelete, URL: o.bucket.url(o.key, url.Values{"uploadId": {o.id}})}); err == nil {
		_ = resp.Body.Close()
	}
}
