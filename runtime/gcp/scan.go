package gcp

import (
	"time"

	"github.com/isobar-dev/isobar/runtime/app/jsonscan"
)

var (
	pushNames    = []string{"message", "deliveryAttempt"}
	messageNames = []string{"data", "attributes", "messageId", "message_id", "publishTime", "publish_time", "orderingKey"}
)

func scanPush(s *jsonscan.Scanner, p *push) {
	for name := range s.Object {
		switch string(name) {
		case "message":
			scanMessage(s, &p.Message)
		case "deliveryAttempt":
			n := int64(p.DeliveryAttempt)
			s.Int(&n)
			p.DeliveryAttempt = int(n)
		default:
			s.Skip(name, pushNames)
		}
	}
}

func scanMessage(s *jsonscan.Scanner, into **pushedMessage) {
	if s.Null() {
		*into = nil
		return
	}
	if *into == nil {
		*into = new(pushedMessage)
	}
	m := *into
	for name := range s.Object {
		switch string(name) {
		case "data":
			s.Bytes(&m.Data)
		case "attributes":
			s.Texts(&m.Attributes)
		case "messageId":
			s.Text(&m.MessageID)
		case "message_id":
			s.Text(&m.MessageID2)
		case "publishTime":
			scanTime(s, &m.PublishTime)
		case "publish_time":
			scanTime(s, &m.PublishTime2)
		case "orderingKey":
			s.Text(&m.OrderingKey)
		default:
			s.Skip(name, messageNames)
		}
	}
}

// scanTime scans a moment that may not be there.
func scanTime(s *jsonscan.Scanner, into **time.Time) {
	if s.Null() {
		*into = nil
		return
	}
	at := new(time.Time)
	s.Time(at)
	*into = at
}
