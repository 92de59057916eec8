package awsdrivers

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// The sizes of what S3 copies: in one call at most 5 GiB, and more in parts, of which there are 10,000 at most.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/CopyingObjectsMPUapi.html
const (
	copyPart = 1 << 30
	maxParts = 10_000
)

// isTooLarge tells of a copy that S3 does not make in one call. It has no code of its own for that.
func isTooLarge(err error) bool {
	e, ok := errors.AsType[*rest.Error](err)
	return ok && e.Code == "InvalidRequest" && strings.Contains(e.Message, "larger than the maximum allowable size")
}

// kept are the headers of an object that a copy has too, beside its metadata.
var kept = []string{"Content-Type", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language"}

// copyInParts copies an object part by part, as long as it is the same one.
func (b *bucket) copyInParts(ctx context.Context, dst string, asked http.Header, src string) error {
	resp, err := b.Do(ctx, rest.Request{Method: http.MethodHead, URL: b.url(src, nil)})
	if err != nil {
		return err
	}
	_ = resp.Body.Close()
	h := http.Header{}
	for _, name := range kept {
		if value := resp.Header.Get(name); value != "" {
			h.Set(name, value)
		}
	}
	for name, values := range resp.Header {
		if strings.HasPrefix(name, metadataPrefix) {
			h[name] = values
		}
	}
	asked = asked.Clone()
	asked.Set("X-Amz-Copy-Source-If-Match", resp.Header.Get("Etag"))
	o := &object{bucket: b, key: dst, header: h}
	err = o.Begin(ctx)
	size := resp.ContentLength
	each := max(b.copyPart, (size+maxParts-1)/maxParts)
	for number, from := 1, int64(0); err == nil && from < size; number, from = number+1, from+each {
		err = o.copied(ctx, number, asked, from, min(from+each, size))
	}
	if err == nil {
		err = o.Finish(ctx)
	}
	if err != nil {
		const abortTimeout = 5 * time.Second
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortTimeout)
		defer cancel()
		o.Abort(ctx)
	}
	return err
}

// copied writes a part that is copied from another object.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
func (o *object) copied(ctx context.Context, number int, asked http.Header, from, to int64) error {
	h := asked.Clone()
	h.Set("X-Amz-Copy-Source-Range", fmt.Sprintf("bytes=%d-%d", from, to-1))
	query := url.Values{"partNumber": {strconv.Itoa(number)}, "uploadId": {o.id}}
	answer, err := o.bucket.long(ctx, rest.Request{Method: http.MethodPut, URL: o.bucket.url(o.key, query), Header: h})
	if err != nil {
		return err
	}
	var made struct{ ETag string }
	if err := xml.Unmarshal(answer, &made); err != nil || made.ETag == "" {
		return fmt.Errorf("copying a part: the answer has no ETag (%w)", err)
	}
	o.parts = append(o.parts, part{number, made.ETag})
	return nil
}
