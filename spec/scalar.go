package spec

import (
	"strconv"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/spec/diag"
)

// What each kind of value looks like, for messages.
const (
	wantText     = "text"
	wantInt      = "a whole number"
	wantDuration = "a duration such as 30s, 5m or 14d"
	wantMemory   = "a size such as 256MiB or 1GiB"
	wantBool     = "true or false"
)

func (t *Text) decodeScalar(n *yaml.Node, pos diag.Position) string {
	t.Pos = pos
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" {
		return wantText
	}
	if !utf8.ValidString(n.Value) {
		return wantText + " in UTF-8"
	}
	t.Value = n.Value
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		t.quote = 1
	}
	return ""
}

func (i *Int) decodeScalar(n *yaml.Node, pos diag.Position) string {
	i.Pos = pos
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" {
		return wantInt
	}
	// Base ten alone: what 010 means depends on who reads it.
	v, err := strconv.Atoi(n.Value)
	if err != nil || strconv.Itoa(v) != n.Value {
		return wantInt
	}
	i.Value = v
	return ""
}

func (d *Duration) decodeScalar(n *yaml.Node, pos diag.Position) string {
	d.Pos = pos
	if n.Kind != yaml.ScalarNode {
		return wantDuration
	}
	v, err := ParseDuration(n.Value)
	if err != nil {
		return wantDuration
	}
	d.Value = v
	return ""
}

func (m *Memory) decodeScalar(n *yaml.Node, pos diag.Position) string {
	m.Pos = pos
	if n.Kind != yaml.ScalarNode {
		return wantMemory
	}
	v, err := ParseMemory(n.Value)
	if err != nil {
		return wantMemory
	}
	m.MiB = v
	return ""
}

func (b *Bool) decodeScalar(n *yaml.Node, pos diag.Position) string {
	// Only these two: what yes and on mean depends on who reads them.
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" || n.Value != "true" && n.Value != "false" {
		// What was meant is read, so that nothing else is said of it.
		b.Pos, b.Value = pos, n.Kind == yaml.ScalarNode && isTrue(n.Value)
		return wantBool
	}
	b.Pos, b.Value = pos, n.Value == "true"
	return ""
}

func (h *HTTP) decodeShort(t Text) {
	h.Method, h.Path = splitRoute(t)
}

func (q *QueueTrigger) decodeShort(t Text) { q.Name = t }

func (t *TopicTrigger) decodeShort(text Text) { t.Name = text }

func (b *BucketTrigger) decodeShort(t Text) { b.Name = t }

func (t *TableTrigger) decodeShort(text Text) { t.Name = text }

func (s *Schedule) decodeShort(t Text) { s.Cron = t }
