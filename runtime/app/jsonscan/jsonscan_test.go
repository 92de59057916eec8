package jsonscan_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/runtime/app/jsonscan"
)

// document has a field for each kind of value that the scanner reads.
type document struct {
	Text     string            `json:"text"`
	Optional *string           `json:"optional"`
	Texts    map[string]string `json:"texts"`
	List     []string          `json:"list"`
	Int      int64             `json:"int"`
	Bool     bool              `json:"bool"`
	Bytes    []byte            `json:"bytes"`
	Time     time.Time         `json:"time"`
	Value    level             `json:"value"`
	Inner    inner             `json:"inner"`
}

type inner struct {
	Text string `json:"text"`
}

// level reads itself.
type level string

func (l *level) UnmarshalJSON(data []byte) error {
	*l = level(strings.ToUpper(string(data)))
	return nil
}

var known = []string{"text", "optional", "texts", "list", "int", "bool", "bytes", "time", "value", "inner"}

func read(s *jsonscan.Scanner, d *document) {
	for name := range s.Object {
		switch string(name) {
		case "text":
			s.Text(&d.Text)
		case "optional":
			s.OptionalText(&d.Optional)
		case "texts":
			s.Texts(&d.Texts)
		case "list":
			s.TextList(&d.List)
		case "int":
			s.Int(&d.Int)
		case "bool":
			s.Bool(&d.Bool)
		case "bytes":
			s.Bytes(&d.Bytes)
		case "time":
			s.Time(&d.Time)
		case "value":
			s.Value(&d.Value)
		case "inner":
			for name := range s.Object {
				switch string(name) {
				case "text":
					s.Text(&d.Inner.Text)
				default:
					s.Skip(name, []string{"text"})
				}
			}
		default:
			s.Skip(name, known)
		}
	}
}

const whole = `{"text": "a \"b\" \\ \/ \b\f\n\r\t é", "optional": "x", "texts": {"a": "1", "b": null, "c\n": ""}, "list": ["x", "y\n"], "int": -12,
	"bool": true, "bytes": "aGVsbG8=", "time": "2026-11-25T12:00:00.123Z", "value": {"a": [1, 2.5e-3, "x"]}, "inner": {"text": "in", "more": [[], {}]},
	"more": {"a": [true, false, null, 0, -0.1, 1E+2, "\\u", {"b": {}}]}}`

// documents are read, or given up on, as isPlain says.
var documents = []struct {
	text    string
	isPlain bool
}{
	{whole, true},
	{`{}`, true},
	{" null\n", true},
	{`{"text": null, "optional": null, "texts": null, "list": null, "int": null, "bool": null, "bytes": null, "time": null, "value": null, "inner": null}`, true},
	{`{"list": [], "texts": {}, "bytes": "", "bool": false}`, true},
	{`{"text": "a", "text": "b", "texts": {"a": "1"}, "texts": {"b": "2"}, "inner": {"text": "x"}, "inner": {}}`, true},
	{`{"text": "a", "text": null, "optional": "a", "optional": null, "texts": {"a": "1"}, "texts": null}`, true},
	{`{"text": "\u00e9\ud83d\ude00\ud83d \u0000"}`, true},
	{`{"\u0074ext": "by another name", "a\"b": 1}`, true},
	{"{\"text\": \"\xff\", \"texts\": {\"\xfe\": \"\"}}", true},
	{`{"bytes": "aGVs\nbG8="}`, true},
	{`{"list": ["x"], "list": ["y"]}`, false},
	{`{"Text": "another case"}`, false},
	{`{"teXt": 1}`, false},
	{`{"more": ` + strings.Repeat("[", 80) + strings.Repeat("]", 80) + `}`, false},
	{`[]`, false},
	{`{"text": 1}`, false},
	{`{"int": 1.5}`, false},
	{`{"int": 9223372036854775808}`, false},
	{`{"int": "1"}`, false},
	{`{"bytes": "?"}`, false},
	{`{"time": "yesterday"}`, false},
	{`{"texts": {"a": 1}}`, false},
	{`{"text": "a"} {}`, false},
	{`{"text": "a",}`, false},
	{`{"list": ["a",]}`, false},
	{`{"more": 01}`, false},
	{`{"more": 1.}`, false},
	{`{"more": .5}`, false},
	{`{"more": -}`, false},
	{`{"more": 1e}`, false},
	{`{"more": +1}`, false},
	{`{"more": nul}`, false},
	{`{"more": "\x"}`, false},
	{`{"more": "\u12"}`, false},
	{"{\"more\": \"\n\"}", false},
	{`{"more": "`, false},
	{`{"more": "\`, false},
	{`{"more" 1}`, false},
	{`{"more"`, false},
	{`{1: 1}`, false},
	{`{`, false},
	{``, false},
}

func TestDocuments(t *testing.T) {
	for _, d := range documents {
		if got := jsonscan.IsPlain([]byte(d.text), read); got != d.isPlain {
			t.Errorf("%s: is plain: %v", d.text, got)
		}
		compare(t, []byte(d.text))
	}
}

// FuzzRead compares with encoding/json, which is the definition.
func FuzzRead(f *testing.F) {
	for _, d := range documents {
		f.Add([]byte(d.text))
	}
	f.Fuzz(compare)
}

func compare(t *testing.T, data []byte) {
	t.Helper()
	var want document
	wantErr := json.Unmarshal(data, &want)
	for name, scan := range map[string]func([]byte, *document, func(*jsonscan.Scanner, *document)) error{
		"copied": jsonscan.Read[document], "shared": jsonscan.ReadShared[document],
	} {
		var got document
		err := scan(data, &got, read)
		if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
			t.Errorf("%s: %s: the error is %v, want %v", name, data, err, wantErr)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s: (-encoding/json +jsonscan):\n%s", name, data, diff)
		}
	}
	if wantErr != nil && jsonscan.IsPlain(data, read) {
		t.Errorf("%s is plain, and an error: %v", data, wantErr)
	}
}

// FuzzAppendText compares with encoding/json.
func FuzzAppendText(f *testing.F) {
	for _, s := range []string{"", "plain", "a \"b\" \\ \n\r\t\x00\x1f\x7f", "é 😀 \u2028", "\xff\xfeé\xc3", "\ufffd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var want, got string
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatal(err)
		}
		out := jsonscan.AppendText([]byte("x"), s)[1:]
		if err := json.Unmarshal(out, &got); err != nil || got != want {
			t.Errorf("%q is %s, which is %q: %v", s, out, got, err)
		}
	})
}
