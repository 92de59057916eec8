package aws

import (
	"net/url"

	"github.com/aws/aws-lambda-go/events"

	"github.com/isobar-dev/isobar/runtime/app/jsonscan"
)

// scanner reads a T. The lists of names beside the scanners hold all that the vendor's types know: those that a scanner has no case for are
// rare, and left to encoding/json.
type scanner[T any] func(*jsonscan.Scanner, *T)

// batch is what has Records.
type batch[T any] struct{ Records []T }

// batchOf returns a scanner of what has Records.
func batchOf[T any](scan scanner[T]) scanner[batch[T]] {
	return func(s *jsonscan.Scanner, b *batch[T]) {
		for name := range s.Object {
			if string(name) != "Records" || b.Records != nil {
				s.Skip(name, []string{"Records"})
				continue
			}
			if s.Null() {
				continue
			}
			b.Records = make([]T, 0, 10) // what a queue hands over at most, unless it is told otherwise
			for range s.List {
				b.Records = append(b.Records, *new(T))
				scan(s, &b.Records[len(b.Records)-1])
			}
		}
	}
}

var messageNames = []string{
	"messageId", "receiptHandle", "body", "md5OfBody", "md5OfMessageAttributes", "attributes", "messageAttributes", "eventSourceARN", "eventSource", "awsRegion",
}

func scanMessage(s *jsonscan.Scanner, m *events.SQSMessage) {
	for name := range s.Object {
		switch string(name) {
		case "messageId":
			s.Text(&m.MessageId)
		case "receiptHandle":
			s.Text(&m.ReceiptHandle)
		case "body":
			s.Text(&m.Body)
		case "md5OfBody":
			s.Text(&m.Md5OfBody)
		case "md5OfMessageAttributes":
			s.Text(&m.Md5OfMessageAttributes)
		case "attributes":
			s.Texts(&m.Attributes)
		case "messageAttributes":
			scanAttributes(s, &m.MessageAttributes)
		case "eventSourceARN":
			s.Text(&m.EventSourceARN)
		case "eventSource":
			s.Text(&m.EventSource)
		case "awsRegion":
			s.Text(&m.AWSRegion)
		default:
			s.Skip(name, messageNames)
		}
	}
}

var attributeNames = []string{"stringValue", "binaryValue", "stringListValues", "binaryListValues", "dataType"}

func scanAttributes(s *jsonscan.Scanner, attributes *map[string]events.SQSMessageAttribute) {
	if s.Null() {
		*attributes = nil
		return
	}
	if *attributes == nil {
		*attributes = map[string]events.SQSMessageAttribute{}
	}
	for key := range s.Object {
		var a events.SQSMessageAttribute
		key := s.Name(key)
		for name := range s.Object {
			switch string(name) {
			case "stringValue":
				s.OptionalText(&a.StringValue)
			case "binaryValue":
				s.Bytes(&a.BinaryValue)
			case "stringListValues":
				s.TextList(&a.StringListValues)
			case "binaryListValues":
				s.BytesList(&a.BinaryListValues)
			case "dataType":
				s.Text(&a.DataType)
			default:
				s.Skip(name, attributeNames)
			}
		}
		(*attributes)[key] = a
	}
}

var objectEventNames = []string{
	"eventVersion", "eventSource", "awsRegion", "eventTime", "eventName", "userIdentity", "requestParameters", "responseElements", "s3",
	"glacierEventData", "restoreEventData", "replicationEventData", "intelligentTieringEventData", "lifecycleEventData",
}

func scanObjectEvent(s *jsonscan.Scanner, r *events.S3EventRecord) {
	for name := range s.Object {
		switch string(name) {
		case "eventVersion":
			s.Text(&r.EventVersion)
		case "eventSource":
			s.Text(&r.EventSource)
		case "awsRegion":
			s.Text(&r.AWSRegion)
		case "eventTime":
			s.Time(&r.EventTime)
		case "eventName":
			s.Text(&r.EventName)
		case "userIdentity":
			scanOnly(s, "principalId", &r.PrincipalID.PrincipalID)
		case "requestParameters":
			scanOnly(s, "sourceIPAddress", &r.RequestParameters.SourceIPAddress)
		case "responseElements":
			s.Texts(&r.ResponseElements)
		case "s3":
			scanEntity(s, &r.S3)
		default:
			s.Skip(name, objectEventNames)
		}
	}
}

// scanOnly scans an object that has but one string to read.
func scanOnly(s *jsonscan.Scanner, only string, into *string) {
	for name := range s.Object {
		if string(name) == only {
			s.Text(into)
			continue
		}
		s.Skip(name, []string{only})
	}
}

var (
	entityNames = []string{"s3SchemaVersion", "configurationId", "bucket", "object"}
	bucketNames = []string{"name", "ownerIdentity", "arn"}
	objectNames = []string{"key", "size", "urlDecodedKey", "versionId", "eTag", "sequencer"}
)

func scanEntity(s *jsonscan.Scanner, e *events.S3Entity) {
	for name := range s.Object {
		switch string(name) {
		case "s3SchemaVersion":
			s.Text(&e.SchemaVersion)
		case "configurationId":
			s.Text(&e.ConfigurationID)
		case "bucket":
			scanBucket(s, &e.Bucket)
		case "object":
			scanObject(s, &e.Object)
		default:
			s.Skip(name, entityNames)
		}
	}
}

func scanBucket(s *jsonscan.Scanner, b *events.S3Bucket) {
	for name := range s.Object {
		switch string(name) {
		case "name":
			s.Text(&b.Name)
		case "ownerIdentity":
			scanOnly(s, "principalId", &b.OwnerIdentity.PrincipalID)
		case "arn":
			s.Text(&b.Arn)
		default:
			s.Skip(name, bucketNames)
		}
	}
}

// scanObject decodes the key as well, as the vendor's type does.
func scanObject(s *jsonscan.Scanner, o *events.S3Object) {
	for name := range s.Object {
		switch string(name) {
		case "key":
			s.Text(&o.Key)
		case "size":
			s.Int(&o.Size)
		case "versionId":
			s.Text(&o.VersionID)
		case "eTag":
			s.Text(&o.ETag)
		case "sequencer":
			s.Text(&o.Sequencer)
		default:
			s.Skip(name, objectNames)
		}
	}
	var err error
	if o.URLDecodedKey, err = url.QueryUnescape(o.Key); err != nil {
		s.GiveUp()
	}
}
