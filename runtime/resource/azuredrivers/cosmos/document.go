package cosmos

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// document is a document of a container.
type document struct {
	ID   string         `json:"id"`
	PK   string         `json:"pk"`
	Item map[string]any `json:"item"`
	// Types says what strings in the item are that JSON has no type for, by their JSON pointers
	// (https://www.rfc-editor.org/rfc/rfc6901): bytes, or a time.
	Types map[string]string `json:"types,omitempty"`
	// Revised is set when the item was written with a field for its revision.
	Revised bool `json:"revised,omitempty"`
	// Write is what no other write has: a call that is made again, as its answer was lost, knows by it what it wrote.
	Write string `json:"write,omitempty"`
	ETag  string `json:"_etag,omitempty"`
}

const (
	typeBytes = "bytes" // in base64, as encoding/json has them
	typeTime  = "time"  // in RFC 3339, with nine digits, so that texts are in the order of the times

	timeFormat = "2006-01-02T15:04:05.000000000Z07:00"
)

// marshal writes a document.
func (d *document) marshal() ([]byte, error) {
	out := *d
	out.Types = map[string]string{}
	item, _ := toJSON(d.Item, "", out.Types).(map[string]any)
	out.Item = item
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(out)
	return bytes.TrimSpace(b.Bytes()), err
}

// toJSON turns a value into JSON's types, and notes what was none of them.
func toJSON(value any, at string, types map[string]string) any {
	switch v := value.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for name, element := range v {
			m[name] = toJSON(element, at+"/"+pointer.Replace(name), types)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			list[i] = toJSON(element, at+"/"+strconv.Itoa(i), types)
		}
		return list
	case []byte:
		types[at] = typeBytes
		return base64.StdEncoding.EncodeToString(v)
	case time.Time:
		types[at] = typeTime
		return v.UTC().Format(timeFormat)
	}
	return value
}

var pointer = strings.NewReplacer("~", "~0", "/", "~1")

// parse reads a document.
func parse(body []byte) (*document, error) {
	var d document
	if err := unmarshal(body, &d); err != nil {
		return nil, fmt.Errorf("the document: %w", err)
	}
	return &d, d.restore()
}

// unmarshal reads JSON, its numbers as they are.
func unmarshal(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// restore gives the values of the item the types that they had.
func (d *document) restore() error {
	if len(d.Types) == 0 {
		return nil
	}
	item, err := restored(d.Item, "", d.Types)
	if err != nil {
		return fmt.Errorf("the document %s: %w", d.ID, err)
	}
	d.Item, _ = item.(map[string]any)
	return nil
}

func restored(value any, at string, types map[string]string) (any, error) {
	var err error
	switch v := value.(type) {
	case map[string]any:
		for name, element := range v {
			if v[name], err = restored(element, at+"/"+pointer.Replace(name), types); err != nil {
				return nil, err
			}
		}
	case []any:
		for i, element := range v {
			if v[i], err = restored(element, at+"/"+strconv.Itoa(i), types); err != nil {
				return nil, err
			}
		}
	case string:
		switch types[at] {
		case typeBytes:
			return base64.StdEncoding.DecodeString(v)
		case typeTime:
			return time.Parse(timeFormat, v)
		}
	}
	return value, nil
}
