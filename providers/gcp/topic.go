package gcp

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
)

// topics are the topics, and for each function that one triggers a subscription and the function.
func (m *module) topics() []hcl.Block {
	functions := map[string][]plan.Triggered[plan.Subscription]{}
	for _, f := range plan.Of[plan.Subscription](m.app) {
		functions[f.On.Topic] = append(functions[f.On.Topic], f)
	}
	var blocks []hcl.Block
	for i := range m.app.Topics {
		t := &m.app.Topics[i]
		blocks = append(blocks, commented("Topic "+t.Name, topicOf(t.Name)))
		for _, f := range functions[t.Name] {
			c := channelOf(f.Function, t.Name, f.On.Pos)
			c.retention, c.ordered = t.Retention.Value, t.Ordered.Value
			c.filter = filter(f.On.Filter)
			blocks = append(blocks, m.channel(c)...)
			comment := fmt.Sprintf("%s: each message of the topic %s calls %s.%s", f.Name, t.Name, f.Handler.Package, f.Handler.Func)
			blocks = append(blocks, m.event(f.Function, f.On.Pos, unit{comment: comment})...)
		}
	}
	return blocks
}

// filter is a filter in Pub/Sub's own language: every attribute has its value. There is none without attributes.
// https://cloud.google.com/pubsub/docs/subscription-message-filter#filtering_syntax
func filter(attributes []plan.Variable) hcl.Value {
	if len(attributes) == 0 {
		return nil
	}
	terms := make([]string, len(attributes))
	for i, a := range attributes {
		terms[i] = "attributes." + a.Name + " = " + filterText(a.Value)
	}
	return hcl.Str(strings.Join(terms, " AND "))
}

// filterText is a text in that language, in which backslashes, quotes, and what does not print are escaped.
func filterText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsControl(r) || !unicode.IsPrint(r) && r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
