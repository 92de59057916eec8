package awsdrivers

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"gocloud.dev/gcerrors"
	"gocloud.dev/pubsub"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// throttling is a service that refuses some calls as AWS does when there are too many: with 400, and the reason as a code alone.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
func throttling(t *testing.T, refusals int32, refusal string) (aws.Config, *atomic.Int32) {
	t.Helper()
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) <= refusals {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(refusal))
			return
		}
		_, _ = w.Write([]byte(`{"SecretString": "s"}`))
	}))
	t.Cleanup(server.Close)
	environment := map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_ENDPOINT_URL": server.URL,
	}
	return Config(func(name string) string { return environment[name] }), &calls
}

const (
	throttledJSON = `{"__type": "com.amazonaws.secretsmanager#ThrottlingException", "message": "Rate exceeded"}`
	throttledXML  = `<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>`
)

func TestCallsThatAreTooManyAreMadeAgain(t *testing.T) {
	for name, c := range map[string]struct {
		refusal string
		call    func(c aws.Config) error
	}{
		"a queue": {throttledJSON, func(c aws.Config) error {
			q := OpenQueue(c, "https://sqs/1/orders")
			defer func() { _ = q.Shutdown(t.Context()) }()
			return q.Send(t.Context(), &pubsub.Message{Body: []byte("{}")})
		}},
		"a topic": {throttledXML, func(c aws.Config) error {
			topic := OpenTopic(c, "arn:aws:sns:eu-west-1:1:news")
			defer func() { _ = topic.Shutdown(t.Context()) }()
			return topic.Send(t.Context(), &pubsub.Message{Body: []byte("{}")})
		}},
		"a secret": {throttledJSON, func(c aws.Config) error {
			_, err := ReadSecret(t.Context(), c, "arn")
			return err
		}},
		"a workflow": {throttledJSON, func(c aws.Config) error {
			return StartExecution(t.Context(), c, "arn", "name", []byte("{}"))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			config, calls := throttling(t, 2, c.refusal)
			if err := c.call(config); err != nil || calls.Load() != 3 {
				t.Errorf("%d calls, %v", calls.Load(), err)
			}
		})
	}
}

func TestCallsThatStayTooManyAreNoMistakeOfTheirs(t *testing.T) {
	config, _ := throttling(t, 100, throttledJSON)
	if _, err := ReadSecret(t.Context(), config, "arn"); rest.Code(err) != gcerrors.ResourceExhausted {
		t.Errorf("got %v (%v)", rest.Code(err), err)
	}
	config, calls := throttling(t, 100, `{"__type": "ValidationException"}`)
	if _, err := ReadSecret(t.Context(), config, "arn"); rest.Code(err) != gcerrors.InvalidArgument || calls.Load() != 1 {
		t.Errorf("%d calls that are wrong, %v", calls.Load(), err)
	}
}

// Of what is refused the code says why, where the status does not.
func TestRefusalsHaveACode(t *testing.T) {
	for refusal, want := range map[string]gcerrors.ErrorCode{
		`{"__type": "com.amazonaws.sqs#QueueDoesNotExist"}`:    gcerrors.NotFound,
		`{"__type": "AccessDeniedException", "Message": "no"}`: gcerrors.PermissionDenied,
		`{"__type": "InvalidMessageContents"}`:                 gcerrors.InvalidArgument,
	} {
		config, calls := throttling(t, 100, refusal)
		q := OpenQueue(config, "https://queue")
		err := q.Send(t.Context(), &pubsub.Message{Body: []byte("x")})
		if gcerrors.Code(err) != want || calls.Load() != 1 {
			t.Errorf("%s: %d calls, %v", refusal, calls.Load(), err)
		}
		must(t, q.Shutdown(t.Context()))
	}
}
