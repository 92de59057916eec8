package gcp_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/gcp"
)

// project is a double of Pub/Sub's REST API and of the metadata server, as a transport: both have addresses of their own.
// https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish
// https://cloud.google.com/run/docs/securing/service-identity#access_tokens
type project struct {
	answers   []int // statuses of the first posts; later messages are taken
	posts     int
	addresses []string
	messages  []published
}

type published struct {
	Data       []byte
	Attributes map[string]string
}

func (p *project) RoundTrip(r *http.Request) (*http.Response, error) {
	p.addresses = append(p.addresses, r.Method+" "+r.URL.String())
	answer := func(status int, body string) (*http.Response, error) {
		return &http.Response{StatusCode: status, Status: fmt.Sprint(status), Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
	if r.URL.Host == "metadata.google.internal" {
		if r.Header.Get("Metadata-Flavor") != "Google" {
			return answer(http.StatusForbidden, "")
		}
		return answer(http.StatusOK, `{"access_token":"ya29.token","expires_in":3599,"token_type":"Bearer"}`)
	}
	if r.Header.Get("Authorization") != "Bearer ya29.token" {
		return answer(http.StatusUnauthorized, "")
	}
	p.posts++
	if p.posts <= len(p.answers) {
		return answer(p.answers[p.posts-1], "")
	}
	var in struct{ Messages []published }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return answer(http.StatusBadRequest, "")
	}
	p.messages = append(p.messages, in.Messages...)
	return answer(http.StatusOK, `{"messageIds":["19916711285"]}`)
}

func (p *project) letters(topic string) app.DeadLetters {
	return gcp.DeadLetters(func(name string) string {
		if name == "ISOBAR_DEAD_LETTER" {
			return topic
		}
		return ""
	}, p)
}

var letter = app.DeadLetter{
	Function: "track", Payload: []byte{0, 1, 0xff}, Error: "no: " + strings.Repeat("ü", 1000),
	Event: fn.Event{ID: "e1", Source: "/tables/users", Type: fn.TypeItemUpserted, Time: time.Unix(0, 0)},
}

func TestADeadLetterIsPublished(t *testing.T) {
	p := &project{answers: []int{503}}
	if err := p.letters("projects/p/topics/shop-dev-users--track-dead-letter").Send(t.Context(), letter); err != nil {
		t.Fatal(err)
	}
	const topic = "POST https://pubsub.googleapis.com/v1/projects/p/topics/shop-dev-users--track-dead-letter:publish"
	const token = "GET http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"
	if diff := cmp.Diff([]string{token, topic, topic}, p.addresses); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	want := []published{{Data: letter.Payload, Attributes: map[string]string{
		"isobar-function": "track", "isobar-event": "e1", "isobar-source": "/tables/users", "isobar-type": "dev.isobar.table.upserted",
		"isobar-error": "no: " + strings.Repeat("ü", 510), "isobar-attempt": "0", "content-type": "application/protobuf",
	}}}
	if diff := cmp.Diff(want, p.messages); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestADeadLetterThatCannotBePublished(t *testing.T) {
	for name, p := range map[string]*project{
		"a topic that is not there":      {answers: []int{404}},
		"an account that may not":        {answers: []int{403}},
		"a topic that stays unavailable": {answers: []int{503, 503, 503}},
		"another address":                {answers: []int{302}},
	} {
		if err := p.letters("projects/p/topics/t").Send(t.Context(), letter); err == nil || len(p.messages) > 0 || p.posts != len(p.answers) {
			t.Errorf("%s: %v, after %d posts", name, err, p.posts)
		}
	}
	large := letter
	large.Payload = make([]byte, 8<<20)
	if err := (&project{}).letters("projects/p/topics/t").Send(t.Context(), large); err == nil {
		t.Error("a payload that no message holds is taken")
	}
}

func TestAFunctionWithoutATopic(t *testing.T) {
	if l := (&project{}).letters(""); l != nil {
		t.Errorf("it has %v", l)
	}
}

// An account without a token sends nothing.
func TestAMetadataServerThatIsDown(t *testing.T) {
	down := errors.New("down")
	l := gcp.DeadLetters(func(string) string { return "" }, nil)
	if l != nil {
		t.Fatal("there is no topic")
	}
	l = gcp.DeadLetters(func(name string) string {
		return map[string]string{"ISOBAR_DEAD_LETTER": "projects/p/topics/t", "GCE_METADATA_HOST": "192.0.2.1"}[name]
	}, failing{down})
	if err := l.Send(t.Context(), letter); !errors.Is(err, down) {
		t.Errorf("%v", err)
	}
}

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }
