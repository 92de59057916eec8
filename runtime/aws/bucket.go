package aws

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// The names of S3's events; what kind of creation or removal it was follows the first two.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
const (
	objectCreated  = "ObjectCreated:"
	objectRemoved  = "ObjectRemoved:"
	objectExpired  = "LifecycleExpiration:" // removed by a rule of the bucket's lifecycle
	versionRemoved = "Delete"               // the kind of the last two that is the end of an object, or of one version of it
	testEvent      = "s3:TestEvent"
)

// objects reads a notification of S3. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
func objects(body []byte) ([]app.Delivery, error) {
	read, err := records(body, scanObjectEvent)
	switch {
	case err != nil && isTest(body):
		return nil, nil
	case err != nil:
		return nil, err
	}
	var deliveries []app.Delivery
	for i := range read {
		d, ok, err := object(&read[i])
		if err != nil {
			return nil, err
		}
		if ok {
			deliveries = append(deliveries, d)
		}
	}
	return deliveries, nil
}

// isTest tells whether a notification is the one that S3 sends when notifications are set up: {"Service":"Amazon S3","Event":
// "s3:TestEvent",…}. It tells of no object, and has no Records.
func isTest(body []byte) bool {
	var test struct {
		Service, Event string
		Records        json.RawMessage
	}
	return json.Unmarshal(body, &test) == nil && test.Event == testEvent && test.Service == "Amazon S3" && test.Records == nil
}

// object decodes what happened to an object. It is not ok when it is nothing that a function hears of on other clouds: the end of a
// version leaves the object as it is, whose own end, in a bucket with versions, is a delete marker.
func object(r *events.S3EventRecord) (d app.Delivery, ok bool, err error) {
	o := &r.S3.Object
	if o.Key == "" {
		return d, false, errors.New("it names no object")
	}
	d.Object = app.Object{Key: o.URLDecodedKey, Size: o.Size, ETag: strings.Trim(o.ETag, `"`)}
	what := "/created"
	if !strings.HasPrefix(r.EventName, objectCreated) {
		kind, removed := strings.CutPrefix(r.EventName, objectRemoved)
		if !removed {
			kind, removed = strings.CutPrefix(r.EventName, objectExpired)
		}
		if !removed {
			return d, false, fmt.Errorf("%.100q is no event that a function is for", r.EventName)
		}
		if kind == versionRemoved && o.VersionID != "" {
			return d, false, nil
		}
		d.Object.Deleted, d.Object.Size, what = true, 0, "/deleted"
	}
	// The sequencer orders what happens to one object, and is the same when S3 tells of it again.
	version := o.Sequencer
	if version == "" {
		version = r.EventTime.UTC().Format("20060102T150405.000000000Z")
	}
	d.Event = fn.Event{ID: d.Object.Key + "/" + version + what, Time: r.EventTime, Raw: *r}
	return d, true, nil
}
