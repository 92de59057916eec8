package azuredrivers

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// scopeManagement is that of the tokens that a workflow's trigger takes: its policy has the audience, and the identity of the app.
// The second slash is the audience's own.
// https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app#enable-oauth-2-0-with-microsoft-entra-id
// https://learn.microsoft.com/entra/identity-platform/scopes-oidc#trailing-slash-and-default
const scopeManagement = "https://management.azure.com//.default"

// StartRun starts a run of a workflow, by the address of its request trigger. Logic Apps give runs their names themselves, so that a
// call that is repeated starts another.
func StartRun(ctx context.Context, address string, input []byte, credential azcore.TokenCredential) error {
	c := rest.Client{Sign: signed(credential, scopeManagement), Describe: describeJSON}
	_, _, err := c.Read(ctx, rest.Request{Method: http.MethodPost, URL: address, Body: input, Header: http.Header{"Content-Type": {"application/json"}}})
	return err
}

// describeJSON reads errors as most services write them: {"error": {"code": "…", "message": "…"}}
func describeJSON(_ int, _ http.Header, body []byte) (code, message string) {
	var e struct {
		Error struct{ Code, Message string }
	}
	_ = json.Unmarshal(body, &e)
	return e.Error.Code, e.Error.Message
}
