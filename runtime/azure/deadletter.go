package azure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/app/rest"
)

// DeadLetterVariable is the environment variable with the queue of a function's dead letters, the function's name in upper case and with
// underscores after it.
const DeadLetterVariable = "ISOBAR_DEAD_LETTER_"

// The settings of the connection to Service Bus, which the Functions host reads too.
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger#identity-based-connections
const (
	namespaceVariable = "SERVICEBUS__fullyQualifiedNamespace"
	clientIDVariable  = "SERVICEBUS__clientId"
)

// Limits of sending. A message of Service Bus Standard has at most 256 KiB, its properties included.
// https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas
const (
	maxLetter    = 240 << 10
	maxProperty  = 1 << 10
	maxMessageID = 128
	sendTimeout  = 20 * time.Second
)

// DeadLetters returns where each function's dead letters go: to a queue of Service Bus, by its REST API, with the app's managed
// identity. All of it is named by variables that generated apps set; for a function that has none it returns nil.
// https://learn.microsoft.com/rest/api/servicebus/send-message-to-queue
func DeadLetters(getenv func(string) string, transport http.RoundTripper) func(function string) app.DeadLetters {
	identity := identity{
		transport: transport, endpoint: getenv("IDENTITY_ENDPOINT"), header: getenv("IDENTITY_HEADER"), clientID: getenv(clientIDVariable),
	}
	poster := &rest.Poster{Transport: transport, Token: &rest.Token{Ask: identity.ask}, Success: http.StatusCreated, Timeout: sendTimeout}
	namespace := getenv(namespaceVariable)
	return func(function string) app.DeadLetters {
		name := getenv(DeadLetterVariable + strings.ToUpper(strings.ReplaceAll(function, "-", "_")))
		if name == "" || namespace == "" {
			return nil
		}
		address := url.URL{Scheme: "https", Host: namespace, Path: "/" + name + "/messages"}
		return &letterQueue{poster, address.String()}
	}
}

// letterQueue is a queue of Service Bus that takes dead letters.
type letterQueue struct {
	poster  *rest.Poster
	address string
}

// Send implements [app.DeadLetters]. Tries that come to the same have the same message ID.
func (q *letterQueue) Send(ctx context.Context, letter app.DeadLetter) error {
	body, whole, err := content(letter)
	if err != nil {
		return err
	}
	header, err := properties(letter, whole)
	if err != nil {
		return err
	}
	return q.poster.Post(ctx, q.address, header, body)
}

// identityOf is what is sent of an event whose payload is too large: what it takes to find it. The names are those of CloudEvents.
type identityOf struct {
	ID      string     `json:"id"`
	Source  string     `json:"source"`
	Type    string     `json:"type"`
	Subject string     `json:"subject,omitempty"`
	Time    *time.Time `json:"time,omitempty"`
}

// content returns the body of a dead letter, and whether it is the payload.
func content(letter app.DeadLetter) ([]byte, bool, error) {
	if len(letter.Payload) <= maxLetter {
		return letter.Payload, true, nil
	}
	e := letter.Event
	if e.ID == "" {
		return nil, false, errors.New("the payload is too large for a message, and names no event")
	}
	id := identityOf{ID: e.ID, Source: e.Source, Type: e.Type, Subject: e.Subject}
	if !e.Time.IsZero() {
		id.Time = &e.Time
	}
	body, err := json.Marshal(id)
	return body, false, err
}

// properties returns the headers that become the properties of a dead letter.
// https://learn.microsoft.com/rest/api/servicebus/message-headers-and-properties
func properties(letter app.DeadLetter, whole bool) (http.Header, error) {
	broker, err := json.Marshal(map[string]string{"MessageId": messageID(letter), "Label": letter.Event.Type})
	if err != nil {
		return nil, err
	}
	header := http.Header{
		"Content-Type":     {"application/json"},
		"BrokerProperties": {string(broker)},
		"Isobar-Function":  {quoted(letter.Function)},
		"Isobar-Event":     {quoted(letter.Event.ID)},
		"Isobar-Source":    {quoted(letter.Event.Source)},
		"Isobar-Error":     {quoted(letter.Error)},
		"Isobar-Attempt":   {strconv.Itoa(letter.Event.Attempt)},
	}
	if !whole {
		header.Set("Isobar-Payload", quoted("too large"))
	}
	return header, nil
}

// messageID is the same each time that an event is given up: that of the event, or what stands for one that cannot be an ID, or of which
// none is known.
func messageID(letter app.DeadLetter) string {
	id := letter.Event.ID
	if id == "" {
		id = string(letter.Payload)
	} else if len(id) <= maxMessageID && plainText(id) == id {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:])
}

// quoted returns text as a property: within quotes, and bounded.
func quoted(text string) string { return `"` + plainText(text) + `"` }

// plainText writes text in the characters that mean themselves in a header within quotes, and the others as bytes, percent and two
// digits: so nothing in it, such as an error that quotes what a stranger sent, is read as a header of its own.
func plainText(text string) string {
	var b strings.Builder
	for i := 0; i < len(text) && b.Len() < maxProperty; i++ {
		switch c := text[i]; {
		case c < ' ' || c > '~' || c == '"' || c == '\\' || c == '%':
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
