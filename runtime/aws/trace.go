package aws

import (
	"context"
	"strings"
)

// traceOf is the trace context of the invocation itself, for events that bring none.
func traceOf(ctx context.Context) string {
	header, _ := ctx.Value("x-amzn-trace-id").(string) // as aws-lambda-go puts it there
	return traceparent(header)
}

// traceparent turns a trace header of X-Ray, "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1", into the
// W3C's form. It is empty when the header names no trace and parent.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func traceparent(header string) string {
	var trace, parent string
	flags := "00"
	for part := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Root":
			version, rest, _ := strings.Cut(value, "-")
			if version == "1" {
				trace = strings.Replace(rest, "-", "", 1)
			}
		case "Parent":
			parent = value
		case "Sampled":
			if value == "1" {
				flags = "01"
			}
		}
	}
	if !isHex(trace, 32) || !isHex(parent, 16) {
		return ""
	}
	return "00-" + trace + "-" + parent + "-" + flags
}

// isHex tells whether a text is n lower-case hexadecimal digits, and not all zero.
func isHex(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789abcdef") == "" && strings.Trim(s, "0") != ""
}
