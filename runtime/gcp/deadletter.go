package gcp

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/app/rest"
)

// DeadLetterVariable is the environment variable with the topic of the function's dead letters: projects/{project}/topics/{topic}.
const DeadLetterVariable = "ISOBAR_DEAD_LETTER"

// Where things are. Both variables are those that Google's own libraries read, for emulators.
// https://cloud.google.com/pubsub/docs/emulator
// https://cloud.google.com/compute/docs/metadata/querying-metadata
const (
	pubsub           = "https://pubsub.googleapis.com"
	pubsubVariable   = "PUBSUB_EMULATOR_HOST"
	metadataHost     = "metadata.google.internal"
	metadataVariable = "GCE_METADATA_HOST"
	tokenPath        = "/computeMetadata/v1/instance/service-accounts/default/token"
)

// Limits of a message of Pub/Sub, and of sending one, which has to be done before the platform ends the call.
// https://cloud.google.com/pubsub/quotas#resource_limits
const (
	maxLetter    = 7 << 20 // base64 makes 9.4 MiB of it
	maxAttribute = 1024
	sendTimeout  = 4 * time.Second
)

// DeadLetters returns where the dead letters of a process go: to a topic of Pub/Sub, by its REST API, as the function's own account. It
// is nil when no variable names a topic.
func DeadLetters(getenv func(string) string, transport http.RoundTripper) app.DeadLetters {
	topic := getenv(DeadLetterVariable)
	if topic == "" {
		return nil
	}
	account := account{transport: transport, host: metadataHost}
	if host := getenv(metadataVariable); host != "" {
		account.host = host
	}
	base, ask := pubsub, account.ask
	if host := getenv(pubsubVariable); host != "" {
		base, ask = "http://"+host, nobody
	}
	return letterTopic{
		poster:  &rest.Poster{Transport: transport, Token: &rest.Token{Ask: ask}, Success: http.StatusOK, Timeout: sendTimeout},
		address: base + "/v1/" + topic + ":publish",
	}
}

// letterTopic is a topic that takes dead letters.
type letterTopic struct {
	poster  *rest.Poster
	address string
}

// Send implements [app.DeadLetters]. https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish
func (l letterTopic) Send(ctx context.Context, letter app.DeadLetter) error {
	if len(letter.Payload) > maxLetter {
		return errors.New("the payload is too large for a message")
	}
	type message struct {
		Data       []byte            `json:"data"`
		Attributes map[string]string `json:"attributes"`
	}
	body, err := json.Marshal(map[string][]message{"messages": {{letter.Payload, map[string]string{
		"isobar-function": bounded(letter.Function),
		"isobar-event":    bounded(letter.Event.ID),
		"isobar-source":   bounded(letter.Event.Source),
		"isobar-type":     bounded(letter.Event.Type),
		"isobar-error":    bounded(letter.Error),
		"isobar-attempt":  strconv.Itoa(letter.Event.Attempt),
		"content-type":    protobuf,
	}}}})
	if err != nil {
		return err
	}
	return l.poster.Post(ctx, l.address, http.Header{"Content-Type": {"application/json"}}, body)
}

// bounded cuts text to the length that an attribute may have.
func bounded(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= maxAttribute {
		return text
	}
	end := maxAttribute
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// account is the function's service account, as the metadata server hands out its tokens.
// https://cloud.google.com/run/docs/securing/service-identity#access_tokens
type account struct {
	transport http.RoundTripper
	host      string
}

// ask asks for a token, and when it expires.
func (a account) ask(ctx context.Context) (string, time.Time, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+a.host+tokenPath, nil)
	if err != nil {
		return "", time.Time{}, err
	}
	req.Header.Set("Metadata-Flavor", "Google")
	var answer struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"` // in seconds
	}
	if err := rest.Fetch(a.transport, req, &answer); err != nil {
		return "", time.Time{}, err
	}
	if answer.AccessToken == "" || answer.ExpiresIn <= 0 {
		return "", time.Time{}, errors.New("asking for a token: the answer has none, or not when it expires")
	}
	return answer.AccessToken, time.Now().Add(time.Duration(answer.ExpiresIn) * time.Second), nil
}

// nobody is whom an emulator takes everyone for.
func nobody(context.Context) (string, time.Time, error) {
	return "owner", time.Now().Add(time.Hour), nil
}

// Between failed deliveries Eventarc waits ever longer, from 10 seconds to 10 minutes, and it gives up after a day. It does not count.
// https://cloud.google.com/eventarc/docs/retry-events
const (
	firstPause = 10 * time.Second
	lastPause  = 10 * time.Minute
	longestAge = 20 * time.Hour
)

// isLast tells whether an event is so old that as many deliveries of it have failed as there are attempts, this one included. One that
// waited long before its first delivery has fewer.
func isLast(age time.Duration, attempts int) bool {
	var least time.Duration
	for pause := firstPause; attempts > 1 && least < longestAge; attempts-- {
		least += pause
		pause = min(2*pause, lastPause)
	}
	return age >= min(least, longestAge)
}
