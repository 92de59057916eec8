package trace

import (
	"strings"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// MaxState is how many bytes of a tracestate are carried on: as much as fits into an attribute of a message on every cloud. What is beyond
// is left out entry by entry, from the end. https://www.w3.org/TR/trace-context/#tracestate-limits
const MaxState = 1024

// parentLength is that of a traceparent: 00-<32 hex>-<16 hex>-<2 hex>.
const parentLength = 55

// Parse returns the trace context of the values of traceparent and tracestate, which anybody can have written. It is empty when they are
// none: then a trace begins here. https://www.w3.org/TR/trace-context/#traceparent-header-field-values
func Parse(parent, state string) fn.TraceContext {
	if !isParent(parent) {
		return fn.TraceContext{}
	}
	if !strings.HasPrefix(parent, "00") { // what is understood of a later version is that of the first one
		parent = "00" + parent[2:parentLength]
	}
	return fn.TraceContext{Parent: parent, State: within(state)}
}

func isParent(s string) bool {
	if len(s) < parentLength || s[2] != '-' || s[35] != '-' || s[52] != '-' {
		return false
	}
	version, id, span, flags := s[:2], s[3:35], s[36:52], s[53:55]
	if version == "00" && len(s) > parentLength || version == "ff" || len(s) > parentLength && s[parentLength] != '-' {
		return false
	}
	return isHex(version) && isHex(flags) && isID(id) && isID(span)
}

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }

// isID tells whether a text is an ID, which is not all zero.
func isID(s string) bool { return isHex(s) && strings.Trim(s, "0") != "" }

// within returns what is carried on of a tracestate: none, when it has what headers cannot have.
func within(state string) string {
	for i := range len(state) {
		if c := state[i]; (c < ' ' || c > '~') && c != '\t' {
			return ""
		}
	}
	for len(state) > MaxState {
		state = state[:max(strings.LastIndexByte(state, ','), 0)]
	}
	return state
}
