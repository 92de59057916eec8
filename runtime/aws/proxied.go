package aws

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/runtime/app/jsonscan"
)

// proxied is what the host wants to know of a request that API Gateway passes on; events.APIGatewayV2HTTPRequest has more.
type proxied struct {
	RawPath         string   `json:"rawPath"`
	RawQueryString  string   `json:"rawQueryString"`
	Cookies         []string `json:"cookies"`
	Headers         headers  `json:"headers"`
	Body            string   `json:"body"`
	IsBase64Encoded bool     `json:"isBase64Encoded"`
	RequestContext  struct {
		HTTP struct {
			Method   string `json:"method"`
			SourceIP string `json:"sourceIp"`
		} `json:"http"`
	} `json:"requestContext"`
}

var (
	proxiedNames = []string{"rawPath", "rawQueryString", "cookies", "headers", "body", "isBase64Encoded", "requestContext"}
	contextNames = []string{"http"}
	clientNames  = []string{"method", "sourceIp"}
)

func scanProxied(s *jsonscan.Scanner, p *proxied) {
	for name := range s.Object {
		switch string(name) {
		case "rawPath":
			s.Text(&p.RawPath)
		case "rawQueryString":
			s.Text(&p.RawQueryString)
		case "cookies":
			s.TextList(&p.Cookies)
		case "headers":
			p.Headers.scan(s)
		case "body":
			s.Text(&p.Body)
		case "isBase64Encoded":
			s.Bool(&p.IsBase64Encoded)
		case "requestContext":
			scanContext(s, p)
		default:
			s.Skip(name, proxiedNames)
		}
	}
}

func scanContext(s *jsonscan.Scanner, p *proxied) {
	for name := range s.Object {
		if string(name) != "http" {
			s.Skip(name, contextNames)
			continue
		}
		for name := range s.Object {
			switch string(name) {
			case "method":
				s.Text(&p.RequestContext.HTTP.Method)
			case "sourceIp":
				s.Text(&p.RequestContext.HTTP.SourceIP)
			default:
				s.Skip(name, clientNames)
			}
		}
	}
}

// headers are the headers of a request: names, each with its value behind it. API Gateway writes names in lower case, and joins
// repeated headers by commas, which means the same.
type headers []string

// scan reads an object of strings. It leaves to encoding/json what names of other cases make of an order.
func (h *headers) scan(s *jsonscan.Scanner) {
	if *h != nil {
		s.GiveUp()
	}
	*h = make(headers, 0, 32)
	for name := range s.Object {
		key, value := s.Name(name), ""
		if s.Text(&value); key != strings.ToLower(key) {
			s.GiveUp()
		}
		*h = append(*h, key, value)
	}
}

// UnmarshalJSON implements [json.Unmarshaler].
func (h *headers) UnmarshalJSON(data []byte) error {
	var values map[string]string
	err := json.Unmarshal(data, &values)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		*h = append(*h, name, values[name])
	}
	return err
}

// canonical returns the headers as net/http has them. Of one that is there twice, the last counts.
func (h headers) canonical() http.Header {
	out := make(http.Header, len(h)/2)
	values := make([]string, len(h)/2)
	for i := range values {
		values[i] = h[2*i+1]
		out[http.CanonicalHeaderKey(h[2*i])] = values[i : i+1 : i+1]
	}
	return out
}
