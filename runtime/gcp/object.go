package gcp

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
)

// The types of notifications of Cloud Storage that are events here.
// https://cloud.google.com/storage/docs/pubsub-notifications#events
const (
	objectFinalized = "OBJECT_FINALIZE" // an object, or a new generation of one, was created
	objectDeleted   = "OBJECT_DELETE"   // a generation was deleted for good
	objectArchived  = "OBJECT_ARCHIVE"  // with versioning: the live generation became a noncurrent one
)

// resource is what a notification says of an object. Numbers of 64 bits are strings.
// https://cloud.google.com/storage/docs/json_api/v1/objects#resource
type resource struct {
	Name        string    `json:"name"`
	Size        string    `json:"size"`
	ETag        string    `json:"etag"`
	TimeDeleted time.Time `json:"timeDeleted"`
}

// object decodes a notification of Cloud Storage. https://cloud.google.com/storage/docs/pubsub-notifications#attributes
func object(_ http.Header, body []byte) (app.Delivery, error) {
	d, err := pushed(body)
	if err != nil {
		return d, err
	}
	attributes := d.Attributes
	kind, bucket, key, generation := attributes["eventType"], attributes["bucketId"], attributes["objectId"], attributes["objectGeneration"]
	if kind == "" || bucket == "" || key == "" || generation == "" {
		return d, errors.New("the message is no notification of an object")
	}
	var r resource
	if err := json.Unmarshal(d.Data, &r); err != nil {
		return d, fmt.Errorf("the object's resource: %w", err)
	}
	if r.Name != key {
		return d, errors.New("the object's resource is that of another one")
	}
	if at, err := time.Parse(time.RFC3339, attributes["eventTime"]); err == nil {
		d.Event.Time = at
	}
	d.Object = app.Object{Key: key, ETag: r.ETag}
	_, overwritten := attributes["overwrittenByGeneration"]
	what := "/created"
	switch {
	case kind == objectFinalized:
		if d.Object.Size, err = strconv.ParseInt(r.Size, 10, 64); err != nil {
			return d, fmt.Errorf("the object's size: %w", err)
		}
	case kind == objectArchived && !overwritten, kind == objectDeleted && !overwritten && !r.archivedBefore(d.Event.Time):
		d.Object.Deleted, what = true, "/deleted"
	default:
		// An overwrite is one event, which the new generation's notification is. That of metadata, and a noncurrent generation's end,
		// leave the object as it was.
		return d, errNothingHappened
	}
	d.Attributes = nil
	d.Event.ID = bucket + "/" + key + "/" + generation + what
	return d, nil
}

// archivedBefore tells whether a generation that is deleted at a moment had been a noncurrent one: when the live one is deleted, that
// is when its deletion is counted from. A generation that was noncurrent for less than a minute counts as live, and its end has the
// ID that its becoming noncurrent had.
func (r *resource) archivedBefore(at time.Time) bool {
	return !r.TimeDeleted.IsZero() && r.TimeDeleted.Before(at.Add(-time.Minute))
}
