package senders_test

import (
	"encoding/base64"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/internal/judge"
)

// platform is where the Google Cloud CLI keeps its components, beside its programs.
func platform(t *testing.T, name, install string, pattern string) string {
	t.Helper()
	for _, root := range []string{"/usr/lib/google-cloud-sdk", besideGcloud()} {
		if found, _ := filepath.Glob(filepath.Join(root, "platform", pattern)); len(found) > 0 {
			if _, err := exec.LookPath("java"); err == nil {
				return found[0]
			}
		}
	}
	judge.Absent(t, name, install)
	return ""
}

func besideGcloud() string {
	program, err := exec.LookPath("gcloud")
	if err != nil {
		return ""
	}
	if program, err = filepath.EvalSymlinks(program); err != nil {
		return ""
	}
	return filepath.Dir(filepath.Dir(program))
}

// pubsub is an emulator of Pub/Sub. https://cloud.google.com/pubsub/docs/emulator
type pubsub struct{ host string }

func startPubSub(t *testing.T) pubsub {
	t.Helper()
	jar := platform(t, "pubsub-emulator", "gcloud components install pubsub-emulator, and Java", "pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar")
	port := freePort(t)
	run(t, exec.Command("java", "-Xmx256m", "-jar", jar, "--host=127.0.0.1", "--port="+port))
	p := pubsub{"127.0.0.1:" + port}
	listens(t, "http://"+p.host)
	return p
}

// do calls a method of the REST API on a resource of the project.
func (p pubsub) do(t *testing.T, method, resource string, body object) []byte {
	t.Helper()
	return send(t, method, "http://"+p.host+"/v1/projects/shop/"+resource, "application/json", encode(t, body))
}

// message is a message as it is published.
type message struct {
	Data        string            `json:"data"`
	Attributes  map[string]string `json:"attributes,omitempty"`
	OrderingKey string            `json:"orderingKey,omitempty"`
}

func payload(t *testing.T, v any) string {
	return base64.StdEncoding.EncodeToString([]byte(encode(t, v)))
}

// publish publishes messages, and returns their IDs.
func (p pubsub) publish(t *testing.T, topic string, messages ...message) []string {
	t.Helper()
	return decode[struct{ MessageIDs []string }](t, p.do(t, "POST", "topics/"+topic+":publish", object{"messages": messages})).MessageIDs
}

// subscribe has a topic pushed to an endpoint, as generated infrastructure does; with a dead-letter topic if there is one.
func (p pubsub) subscribe(t *testing.T, topic, endpoint, deadLetters string, ordered bool) {
	t.Helper()
	subscription := object{
		"topic": "projects/shop/topics/" + topic, "pushConfig": object{"pushEndpoint": endpoint}, "ackDeadlineSeconds": 10,
		"retryPolicy": object{"minimumBackoff": "0.1s", "maximumBackoff": "0.5s"}, "enableMessageOrdering": ordered,
	}
	if deadLetters != "" {
		subscription["deadLetterPolicy"] = object{"deadLetterTopic": "projects/shop/topics/" + deadLetters, "maxDeliveryAttempts": 5}
	}
	p.do(t, "PUT", "subscriptions/"+topic+"-push", subscription)
}

// TestPubSub has the emulator push messages to an entrypoint: those that are handled come once, those that fail again, and in the end to
// the dead-letter topic.
func TestPubSub(t *testing.T) {
	t.Parallel()
	p, notes := startPubSub(t), newNotebook(t)
	for _, topic := range []string{"jobs", "jobs-dead"} {
		p.do(t, "PUT", "topics/"+topic, object{})
	}
	p.do(t, "PUT", "subscriptions/jobs-dead-pull", object{"topic": "projects/shop/topics/jobs-dead"})
	p.subscribe(t, "jobs", function(t, "work", notes), "jobs-dead", false)
	attributes := map[string]string{"tenant": "a", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
	before := time.Now().Add(-time.Minute)
	ids := p.publish(t, "jobs",
		message{Data: payload(t, order{"good", 9007199254740993}), Attributes: attributes, OrderingKey: "ignored"},
		message{Data: payload(t, order{"flaky", 2})},
		message{Data: payload(t, order{"bad", 3})},
		message{Data: base64.StdEncoding.EncodeToString([]byte("<order/>"))})

	of := func(id string) []note { return notes.of(t, func(n note) bool { return n.ID == id }) }
	var dead []string
	eventually(t, "two dead letters", func() bool {
		type received struct {
			AckID   string
			Message struct{ Data []byte }
		}
		pulled := decode[struct{ ReceivedMessages []received }](t, p.do(t, "POST", "subscriptions/jobs-dead-pull:pull", object{"maxMessages": 10, "returnImmediately": true}))
		for _, m := range pulled.ReceivedMessages {
			p.do(t, "POST", "subscriptions/jobs-dead-pull:acknowledge", object{"ackIds": []string{m.AckID}})
			dead = append(dead, string(m.Message.Data))
		}
		return len(dead) >= 2
	})
	if len(dead) != 2 {
		t.Errorf("the dead letters are %q", dead)
	}
	good := of(ids[0])
	if len(good) != 1 {
		t.Fatalf("what was handled came %d times", len(good))
	}
	if g := good[0]; g.Data.Amount != 9007199254740993 || g.Attributes["tenant"] != "a" || len(g.Attributes) != 1 || g.OrderingKey != "" ||
		g.Trace.Parent != attributes["traceparent"] || g.Time.Before(before) || g.Source != "/queues/jobs" || g.Attempt > 1 {
		t.Errorf("the message is %+v", g)
	}
	if n := len(of(ids[1])); n != 2 {
		t.Errorf("what failed once came %d times", n)
	}
	if n := len(of(ids[2])); n != 5 {
		t.Errorf("what fails came %d times", n)
	}
	if n := len(of(ids[3])); n != 0 {
		t.Errorf("what is no order was handled %d times", n)
	}
}

// TestOrderedPubSub has the emulator push messages of two keys: none overtakes the one of its key that failed. (This emulator leaves the key
// itself out of what it pushes, and the count of attempts; the service does not.)
func TestOrderedPubSub(t *testing.T) {
	t.Parallel()
	p, notes := startPubSub(t), newNotebook(t)
	p.do(t, "PUT", "topics/steps", object{})
	p.subscribe(t, "steps", function(t, "step", notes), "", true)
	var messages []message
	for _, id := range []string{"a1", "b1", "a2-flaky", "b2", "a3", "b3"} {
		messages = append(messages, message{Data: payload(t, order{ID: id}), OrderingKey: id[:1]})
	}
	p.publish(t, "steps", messages...)
	of := func(key string) (ids string) {
		for _, n := range notes.of(t, func(n note) bool { return n.Data.ID[:1] == key }) {
			ids += n.Data.ID + " "
		}
		return ids
	}
	eventually(t, "the messages", func() bool { return strings.Contains(of("a"), "a3") && strings.Contains(of("b"), "b3") })
	if a, b := of("a"), of("b"); a != "a1 a2-flaky a2-flaky a3 " || b != "b1 b2 b3 " {
		t.Errorf("the messages came as %s and %s", a, b)
	}
}
