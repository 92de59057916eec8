package app_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

type line struct {
	SKU      string `json:"sku"`
	Quantity int8   `json:"quantity"`
}

type address struct{ Street string }

type order struct {
	address
	ID     string             `json:"id"`
	At     time.Time          `json:"at"`
	Lines  []line             `json:"lines"`
	Prices map[string]float32 `json:"prices"`
	Next   *order             `json:"next"`
	Secret string             `json:"-"`
	Codes  [2]int
}

// deliver delivers a payload to a handler of messages, and returns what it got.
func deliver[T any](t *testing.T, payload string) (T, error) {
	t.Helper()
	var got T
	f := app.Function{Name: "work", Timeout: time.Minute, Handler: app.Queue("jobs", func(_ context.Context, m fn.Message[T]) error { got = m.Data; return nil })}
	err := f.Deliver(t.Context(), app.Delivery{Data: []byte(payload)})
	return got, err
}

// An error names the value that is wrong, wherever in the payload it stands.
func TestAMistakeInAPayloadIsNamed(t *testing.T) {
	for payload, want := range map[string]string{
		`{"id": 7}`: "id: number cannot be read as string",
		`{"lines": [{"sku": "a"}, {"quantity": "two"}]}`:   "lines[1].quantity: string cannot be read as int8",
		`{"lines": [{"quantity": 300}]}`:                   "lines[0].quantity: number 300 cannot be read as int8",
		`{"lines": {"sku": "a"}}`:                          "lines: object cannot be read as []app_test.line",
		`{"at": "yesterday"}`:                              `at: parsing time "yesterday"`,
		`{"prices": {"eur": 1, "usd": "2"}}`:               "prices.usd: string cannot be read as float32",
		`{"next": {"next": {"ID": true}}}`:                 "next.next.ID: bool cannot be read as string",
		`{"Codes": [1, 2.5]}`:                              "Codes[1]: number 2.5 cannot be read as int",
		`{"street": ["a"]}`:                                "street: array cannot be read as string",
		`{"-": 7, "Secret": 8, "unknown": 9, "ID": false}`: "ID: bool cannot be read as string",
		`[]`:             "cannot unmarshal array",
		``:               "there is nothing",
		`{"id": "a"} {}`: "more than one JSON value",
		`{"id": "a"`:     "unexpected EOF",
		`{"id": "a",}`:   "invalid character '}'",
		strings.Repeat(`{"next":`, 100) + `{"id": 7}` + strings.Repeat("}", 100): "next.next",
		strings.Repeat("[", 100_000): "exceeded max depth",
	} {
		_, err := deliver[order](t, payload)
		if !fn.IsPermanent(err) || !strings.Contains(err.Error(), "decoding the payload: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %s", payload, err, want)
		}
	}
}

// Numbers that nothing is said about keep their digits.
func TestNumbersAreNotRounded(t *testing.T) {
	got, err := deliver[map[string]any](t, `{"n": 9007199254740993, "list": [0.1000000000000000055]}`)
	want := map[string]any{"n": json.Number("9007199254740993"), "list": []any{json.Number("0.1000000000000000055")}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got, err := deliver[struct{ N int64 }](t, `{"N": 9007199254740993}`); err != nil || got.N != 9007199254740993 {
		t.Errorf("%d, %v", got.N, err)
	}
}

// FuzzPayloads looks for a panic, and for a payload that is taken though encoding/json does not take it, or the other way round.
func FuzzPayloads(f *testing.F) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // nearly all of what comes is refused
	for _, seed := range []string{`{"id": "a", "lines": [{"sku": "b", "quantity": 1}]}`, `{"lines": [{"quantity": "two"}]}`, `{"next": {"next": {"ID": true}}}`, `{"at": "x", "Codes": [1]}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		var want order
		wrong := json.Unmarshal([]byte(payload), &want)
		got, err := deliver[order](t, payload)
		if (wrong == nil) != (err == nil) {
			t.Fatalf("%v, though encoding/json says %v", err, wrong)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(order{})); err == nil && diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
