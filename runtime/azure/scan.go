package azure

import "github.com/isobar-dev/isobar/runtime/app/jsonscan"

var (
	brokeredNames = []string{"Data", "Metadata"}
	dataNames     = []string{"message"}
	metadataNames = []string{
		"MessageId", "SessionId", "SequenceNumber", "DeliveryCount", "EnqueuedTime", "EnqueuedTimeUtc", "ApplicationProperties",
	}
)

func scanBrokered(s *jsonscan.Scanner, b *brokered) {
	for name := range s.Object {
		switch string(name) {
		case "Data":
			for name := range s.Object {
				if string(name) == "message" {
					s.Value(&b.Data.Message)
					continue
				}
				s.Skip(name, dataNames)
			}
		case "Metadata":
			scanMetadata(s, &b.Metadata)
		default:
			s.Skip(name, brokeredNames)
		}
	}
}

func scanMetadata(s *jsonscan.Scanner, m *metadata) {
	for name := range s.Object {
		switch string(name) {
		case "MessageId":
			s.Value(&m.MessageID)
		case "SessionId":
			s.Value(&m.SessionID)
		case "SequenceNumber":
			s.Value(&m.SequenceNumber)
		case "DeliveryCount":
			s.Value(&m.DeliveryCount)
		case "EnqueuedTime":
			s.Value(&m.EnqueuedTime)
		case "EnqueuedTimeUtc":
			s.Value(&m.EnqueuedTimeUTC)
		case "ApplicationProperties":
			scanProperties(s, &m.ApplicationProperties)
		default:
			s.Skip(name, metadataNames)
		}
	}
}

func scanProperties(s *jsonscan.Scanner, properties *map[string]attribute) {
	if s.Null() {
		*properties = nil
		return
	}
	if *properties == nil {
		*properties = map[string]attribute{}
	}
	for name := range s.Object {
		var a attribute
		key := s.Name(name)
		s.Value(&a)
		(*properties)[key] = a
	}
}
