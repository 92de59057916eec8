package gcpdrivers

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"

	"gocloud.dev/pubsub"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
	"github.com/isobar-dev/isobar/runtime/resource/internal/sending"
)

// api calls the JSON API of one service.
type api struct {
	rest.Client
	endpoint string
}

func newAPI(s Settings, endpoint string) *api {
	return &api{rest.Client{HTTP: s.client(), Describe: describe}, endpoint}
}

// As gives access to the HTTP client, which signs in.
func (a *api) As(i any) bool {
	target, ok := i.(**http.Client)
	if ok {
		*target = a.HTTP
	}
	return ok
}

// describe reads errors. https://cloud.google.com/apis/design/errors#http_mapping
func describe(_ int, _ http.Header, body []byte) (code, message string) {
	var e struct {
		Error struct {
			Status  string
			Message string
		}
	}
	if json.Unmarshal(body, &e) != nil {
		return "", ""
	}
	return e.Error.Status, e.Error.Message
}

// call calls the API with JSON, and reads JSON.
func (a *api) call(ctx context.Context, method, url string, in, out any) error {
	r := rest.Request{Method: method, URL: url}
	if in != nil {
		body, err := json.Marshal(in)
		if err != nil {
			return err
		}
		r.Body, r.Header = body, http.Header{"Content-Type": {"application/json"}}
	}
	answer, _, err := a.Read(ctx, r)
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

// topic publishes to a topic of Pub/Sub.
// https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish
type topic struct {
	*api
	name string
}

// OpenTopic opens a topic by its name: projects/P/topics/T.
func OpenTopic(s Settings, name string) *pubsub.Topic {
	return sending.Topic(topic{newAPI(s, s.PubSub), name})
}

// message is a message as the API has it. It has no ID of the sender's.
type message struct {
	Data        []byte            `json:"data"`
	Attributes  map[string]string `json:"attributes,omitempty"`
	OrderingKey string            `json:"orderingKey,omitempty"`
}

func (t topic) Send(ctx context.Context, m sending.Message) error {
	in := map[string][]message{"messages": {{m.Body, m.Attributes, m.OrderingKey}}}
	return t.call(ctx, http.MethodPost, t.endpoint+"/v1/"+rest.EscapePath(t.name, "/")+":publish", in, nil)
}

// ReadSecret returns the latest value of a secret, by its name: projects/P/secrets/S.
// https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access
func ReadSecret(ctx context.Context, s Settings, name string) (string, error) {
	var out struct{ Payload struct{ Data string } }
	a := newAPI(s, s.SecretManager)
	if err := a.call(ctx, http.MethodGet, a.endpoint+"/v1/"+rest.EscapePath(name, "/")+"/versions/latest:access", nil, &out); err != nil {
		return "", err
	}
	value, err := base64.StdEncoding.DecodeString(out.Payload.Data)
	if err != nil {
		return "", errors.New("the answer cannot be read") // which may hold the value
	}
	return string(value), nil
}

// StartExecution starts an execution of a workflow, by its name: projects/P/locations/L/workflows/W. Workflows give executions their
// names themselves, so that a call that is repeated starts another.
// https://cloud.google.com/workflows/docs/reference/executions/rest/v1/projects.locations.workflows.executions/create
func StartExecution(ctx context.Context, s Settings, name string, input []byte) error {
	a := newAPI(s, s.Executions)
	return a.call(ctx, http.MethodPost, a.endpoint+"/v1/"+rest.EscapePath(name, "/")+"/executions", map[string]string{"argument": string(input)}, nil)
}
