package azuredrivers

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"gocloud.dev/blob/driver"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// named is a name in a list, which is escaped when XML could not hold it.
type named struct {
	Encoded bool   `xml:"Encoded,attr"`
	Text    string `xml:",chardata"`
}

func (n named) String() string {
	if n.Encoded {
		if s, err := url.PathUnescape(n.Text); err == nil {
			return s
		}
	}
	return n.Text
}

// ListPaged implements driver.Bucket. https://learn.microsoft.com/rest/api/storageservices/list-blobs
func (b *bucket) ListPaged(ctx context.Context, o *driver.ListOptions) (*driver.ListPage, error) {
	query := url.Values{"restype": {"container"}, "comp": {"list"}}
	for name, value := range map[string]string{"prefix": o.Prefix, "delimiter": o.Delimiter, "marker": string(o.PageToken)} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if o.PageSize > 0 {
		query.Set("maxresults", strconv.Itoa(o.PageSize))
	}
	h := http.Header{}
	if err := before(o.BeforeList, h); err != nil {
		return nil, err
	}
	data, _, err := b.Read(ctx, rest.Request{Method: http.MethodGet, URL: b.container + "?" + query.Encode(), Header: h})
	if err != nil {
		return nil, err
	}
	var answer struct {
		Blobs struct {
			Blob []struct {
				Name       named
				Properties struct {
					Modified string `xml:"Last-Modified"`
					Size     int64  `xml:"Content-Length"`
					MD5      string `xml:"Content-MD5"`
				}
			}
			BlobPrefix []struct{ Name named }
		}
		NextMarker string
	}
	if err := xml.Unmarshal(data, &answer); err != nil {
		return nil, fmt.Errorf("the list: %w", err)
	}
	page := &driver.ListPage{NextPageToken: []byte(answer.NextMarker)}
	blobs, folders := answer.Blobs.Blob, answer.Blobs.BlobPrefix
	for len(blobs)+len(folders) > 0 { // each in order, and to be in one
		var next *driver.ListObject
		if len(folders) == 0 || len(blobs) > 0 && blobs[0].Name.String() < folders[0].Name.String() {
			p := &blobs[0].Properties
			next = &driver.ListObject{Key: blobs[0].Name.String(), ModTime: moment(p.Modified), Size: p.Size}
			next.MD5, _ = base64.StdEncoding.DecodeString(p.MD5)
			blobs = blobs[1:]
		} else {
			next = &driver.ListObject{Key: folders[0].Name.String(), IsDir: true}
			folders = folders[1:]
		}
		next.AsFunc = func(any) bool { return false }
		page.Objects = append(page.Objects, next)
	}
	return page, nil
}

// block is how large the blocks of a large blob are.
const block = 8 << 20

// object is a blob that is being written. https://learn.microsoft.com/rest/api/storageservices/put-blob
type object struct {
	bucket *bucket
	key    string
	header http.Header
	once   bool // only when there is none yet
	md5    string
	// upload is in the IDs of the blocks, so that another upload of the same blob does not write over them.
	upload string
	blocks []string
}

// put writes something of the blob.
func (o *object) put(ctx context.Context, query url.Values, h http.Header, body []byte) error {
	u := o.bucket.url(o.key)
	if len(query) > 0 {
		u += "?" + query.Encode()
	}
	_, _, err := o.bucket.Read(ctx, rest.Request{Method: http.MethodPut, URL: u, Header: h, Body: body, Once: h.Get("If-None-Match") != ""})
	return err
}

// whole are the headers of the request that makes the blob.
func (o *object) whole() http.Header {
	h := o.header.Clone()
	if o.once {
		h.Set("If-None-Match", "*")
	}
	return h
}

func (o *object) Whole(ctx context.Context, data []byte) error {
	h := o.whole()
	h.Set("X-Ms-Blob-Type", "BlockBlob")
	if o.md5 != "" {
		h.Set("Content-Md5", o.md5)
	}
	return o.put(ctx, nil, h, data)
}

// Begin has nothing to ask for: blocks are there before their blob is. They are the blob's, whoever writes them: when one upload of it is
// finished, those of others are gone, and finishing them fails.
// https://learn.microsoft.com/rest/api/storageservices/put-block#remarks
func (o *object) Begin(context.Context) error {
	o.upload = rand.Text()
	return nil
}

func (o *object) Part(ctx context.Context, number int, data []byte, _ bool) error {
	id := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s-%05d", o.upload, number))
	o.blocks = append(o.blocks, id)
	return o.put(ctx, url.Values{"comp": {"block"}, "blockid": {id}}, http.Header{}, data)
}

func (o *object) Finish(ctx context.Context) error {
	body, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"BlockList"`
		Latest  []string
	}{Latest: o.blocks})
	if err != nil {
		return err
	}
	return o.put(ctx, url.Values{"comp": {"blocklist"}}, o.whole(), body)
}

// Abort leaves the blocks, which are gone after a week.
func (o *object) Abort(context.Context) {}
