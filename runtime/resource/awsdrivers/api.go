package awsdrivers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// api calls one service.
type api struct {
	rest.Client
	config  aws.Config
	service string
}

func newAPI(c aws.Config, service string) *api {
	signer := v4.NewSigner(func(o *v4.SignerOptions) {
		o.DisableURIPathEscaping = service == "s3" // whose paths are escaped once
	})
	a := &api{config: c, service: service}
	a.Codes = codes
	a.Describe, a.Again = describe, func(e *rest.Error) bool { return slices.Contains(tooMany, e.Code) }
	a.Sign = func(ctx context.Context, r *http.Request, body []byte) error {
		credentials, err := c.Credentials.Retrieve(ctx)
		if err != nil {
			return err
		}
		digest := sha256.Sum256(body)
		hash := hex.EncodeToString(digest[:])
		if service == "s3" {
			r.Header.Set("X-Amz-Content-Sha256", hash)
		}
		return signer.SignHTTP(ctx, credentials, r, hash, service, c.Region, time.Now())
	}
	return a
}

// tooMany are the codes of calls that were not done as there were too many, or as the connection was too slow. Most come with the status of
// a mistake of the caller's, 400.
// https://github.com/aws/aws-sdk-go-v2/blob/main/aws/retry/standard.go
var tooMany = []string{
	"Throttling", "ThrottlingException", "ThrottledException", "Throttled", "RequestThrottled", "RequestThrottledException",
	"RequestLimitExceeded", "TooManyRequestsException", "LimitExceededException", "BandwidthLimitExceeded", "SlowDown",
	"PriorRequestNotComplete", "RequestTimeout", "RequestTimeoutException",
}

// codes are those of errors whose status says no more than that the call is refused: of services whose protocol is JSON that is 400.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
var codes = map[string]gcerrors.ErrorCode{
	"AccessDeniedException": gcerrors.PermissionDenied, "AccessDenied": gcerrors.PermissionDenied, "KMSAccessDeniedException": gcerrors.PermissionDenied,
	"KmsAccessDenied": gcerrors.PermissionDenied, "UnrecognizedClientException": gcerrors.PermissionDenied, "ExpiredTokenException": gcerrors.PermissionDenied,
	"ResourceNotFoundException": gcerrors.NotFound, "QueueDoesNotExist": gcerrors.NotFound, "AWS.SimpleQueueService.NonExistentQueue": gcerrors.NotFound,
	"StateMachineDoesNotExist": gcerrors.NotFound,
}

// endpoint is where the service is in the function's region.
func (a *api) endpoint() string {
	if a.config.BaseEndpoint != nil {
		return *a.config.BaseEndpoint
	}
	return "https://" + a.service + "." + a.config.Region + "." + domain(a.config.Region)
}

// domain is that of a region's partition. https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
func domain(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// As gives access to the configuration, of which the SDK's clients are made.
func (a *api) As(i any) bool {
	target, ok := i.(*aws.Config)
	if ok {
		*target = a.config
	}
	return ok
}

// describe reads errors: JSON or XML, as the service has it.
func describe(_ int, header http.Header, body []byte) (code, message string) {
	var j struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
		Upper   string `json:"Message"`
	}
	if json.Unmarshal(body, &j) == nil && j.Type != "" {
		_, name, found := strings.Cut(j.Type, "#")
		if !found {
			name = j.Type
		}
		return name, j.Message + j.Upper
	}
	var x struct {
		Code    string `xml:"Code"`
		Message string `xml:"Message"`
		Error   struct {
			Code    string `xml:"Code"`
			Message string `xml:"Message"`
		} `xml:"Error"`
	}
	if xml.Unmarshal(body, &x) == nil {
		return x.Code + x.Error.Code, x.Message + x.Error.Message
	}
	return header.Get("X-Amzn-Errortype"), ""
}

// call calls a service whose protocol is JSON 1.0 or 1.1.
// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
func (a *api) call(ctx context.Context, version, target string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	answer, _, err := a.Read(ctx, rest.Request{Method: http.MethodPost, URL: a.endpoint() + "/", Body: body, Header: http.Header{
		"Content-Type": {"application/x-amz-json-" + version}, "X-Amz-Target": {target},
	}})
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(answer, out)
}
