package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/isobar-dev/isobar/runtime/app/rest"
)

// identity is the app's managed identity, as App Service hands out its tokens.
// https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
type identity struct {
	transport                  http.RoundTripper
	endpoint, header, clientID string
}

const (
	serviceBus  = "https://servicebus.azure.net"
	identityAPI = "2019-08-01"
)

// ask asks for a token, and when it expires.
func (i identity) ask(ctx context.Context) (string, time.Time, error) {
	if i.endpoint == "" || i.header == "" {
		return "", time.Time{}, errors.New("the app has no managed identity: IDENTITY_ENDPOINT or IDENTITY_HEADER is not set")
	}
	address, err := url.Parse(i.endpoint)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("IDENTITY_ENDPOINT: %w", err)
	}
	query := address.Query()
	query.Set("resource", serviceBus)
	query.Set("api-version", identityAPI)
	if i.clientID != "" {
		query.Set("client_id", i.clientID)
	}
	address.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return "", time.Time{}, err
	}
	req.Header.Set("X-IDENTITY-HEADER", i.header)
	var answer struct {
		AccessToken string      `json:"access_token"`
		ExpiresOn   json.Number `json:"expires_on"` // in seconds; a number within a string
	}
	if err := rest.Fetch(i.transport, req, &answer); err != nil {
		return "", time.Time{}, err
	}
	seconds, err := strconv.ParseInt(string(answer.ExpiresOn), 10, 64)
	if err != nil || answer.AccessToken == "" {
		return "", time.Time{}, errors.New("asking for a token: the answer has none, or not when it expires")
	}
	return answer.AccessToken, time.Unix(seconds, 0), nil
}
