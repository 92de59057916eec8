package azuredrivers

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
	"github.com/isobar-dev/isobar/runtime/resource/internal/sending"
)

// The scopes of tokens. https://learn.microsoft.com/azure/service-bus-messaging/authenticate-application
const (
	scopeServiceBus = "https://servicebus.azure.net/.default"
	scopeVault      = "https://vault.azure.net/.default"
)

// signed returns what signs requests with tokens of a scope.
func signed(credential azcore.TokenCredential, scope string) func(context.Context, *http.Request, []byte) error {
	return func(ctx context.Context, r *http.Request, _ []byte) error {
		token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+token.Token)
		return nil
	}
}

func joined(base, path string) string { return strings.TrimSuffix(base, "/") + "/" + path }

// entity is a queue or a topic of Service Bus.
type entity struct {
	rest.Client
	url        string
	credential azcore.TokenCredential
}

func newEntity(namespace, name string, credential azcore.TokenCredential) *entity {
	e := &entity{url: joined(namespace, rest.EscapePath(name, "/")) + "/messages", credential: credential}
	e.Sign, e.Describe = signed(credential, scopeServiceBus), describe
	return e
}

// describe reads errors, which are XML: <Error><Code>401</Code><Detail>…</Detail></Error>
func describe(_ int, _ http.Header, body []byte) (code, message string) {
	var e struct{ Code, Detail string }
	_ = xml.Unmarshal(body, &e)
	return e.Code, e.Detail
}

// message is a message of a batch. In a batch properties are JSON; with a single message each would be a header, whose name may be one
// that HTTP has for itself.
// https://learn.microsoft.com/rest/api/servicebus/send-message-batch
type message struct {
	Body             string
	BrokerProperties map[string]string `json:",omitempty"`
	UserProperties   map[string]string `json:",omitempty"`
}

// Send implements sending.Sender.
func (e *entity) Send(ctx context.Context, m sending.Message) error {
	// A try that is repeated has the same ID, so that it is dropped where duplicates are.
	out := message{Body: string(m.Body), BrokerProperties: map[string]string{"MessageId": cmp.Or(m.ID, rand.Text())}, UserProperties: m.Attributes}
	if m.OrderingKey != "" {
		out.BrokerProperties["SessionId"] = m.OrderingKey
	}
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode([]message{out}); err != nil {
		return err
	}
	_, _, err := e.Read(ctx, rest.Request{Method: http.MethodPost, URL: e.url, Body: body.Bytes(), Header: http.Header{
		"Content-Type": {"application/vnd.microsoft.servicebus.json"},
	}})
	return err
}

// As gives access to the credential, with which other clients sign in.
func (e *entity) As(i any) bool {
	target, ok := i.(*azcore.TokenCredential)
	if ok {
		*target = e.credential
	}
	return ok
}

// vaultVersion is that of Key Vault's API.
const vaultVersion = "7.4"

// ReadSecret returns the value of the latest version of a secret, by its URI.
// https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret
func ReadSecret(ctx context.Context, uri string, credential azcore.TokenCredential) (string, error) {
	c := rest.Client{Sign: signed(credential, scopeVault), Describe: describeJSON}
	body, _, err := c.Read(ctx, rest.Request{Method: http.MethodGet, URL: uri + "?api-version=" + vaultVersion})
	if err != nil {
		return "", err
	}
	var answer struct{ Value *string }
	if json.Unmarshal(body, &answer) != nil || answer.Value == nil {
		return "", errors.New("the answer cannot be read") // which may hold the value
	}
	return *answer.Value, nil
}
