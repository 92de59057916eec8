package clienttest

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/resource"
)

func (s *suite) workflow() {
	const name = "order"
	inputs := func(t *testing.T, want int) []string {
		t.Helper()
		var got []string
		for _, m := range s.Received(t, resource.KindWorkflow, name, want) {
			got = append(got, string(m.Body))
		}
		slices.Sort(got)
		return got
	}
	s.run("an execution has the input", func(t *testing.T) {
		text := `Grüße ✓ "quoted" & ${x} {% $y %} @{z} \`
		if err := resource.Start(s.all(), name, created{ID: "ada", Name: text}); err != nil {
			t.Fatal(err)
		}
		got := inputs(t, 1)
		var input created
		if len(got) != 1 || json.Unmarshal([]byte(got[0]), &input) != nil || input != (created{"ada", text}) {
			t.Errorf("the inputs are %q", got)
		}
	})
	s.run("two starts are two executions", func(t *testing.T) {
		for range 2 {
			if err := resource.Start(s.all(), name, []byte(`{"n":1}`)); err != nil {
				t.Fatal(err)
			}
		}
		if got := inputs(t, 2); !slices.Equal(got, []string{`{"n":1}`, `{"n":1}`}) {
			t.Errorf("the inputs are %q", got)
		}
	})
	s.run("an execution with a name", func(t *testing.T) {
		for _, name := range []string{"o1", "a name of/any:form ✓", strings.Repeat("long", 100)} {
			if err := resource.Start(s.all(), "order", name, resource.ExecutionName(name)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := inputs(t, 3); len(got) != 3 {
			t.Errorf("the inputs are %q", got)
		}
		if err := resource.Start(s.all(), name, 1, resource.ExecutionName("")); !errors.Is(err, resource.ErrInvalidInput) {
			t.Errorf("without a name: %v", err)
		}
	})
	s.run("the handler of a trigger starts an execution for each message", func(t *testing.T) {
		starter := resource.Starter(name)
		for _, id := range []string{"00000000-0000-0000-0000-000000000001", "an ID of/any:form ✓"} {
			m := fn.Message[json.RawMessage]{Data: json.RawMessage(`{"id":` + strconv.Quote(id) + `}`)}
			m.ID = id
			if err := starter(s.all(), m); err != nil {
				t.Fatal(err)
			}
		}
		if got := inputs(t, 2); len(got) != 2 || !strings.Contains(got[0], "0001") || !strings.Contains(got[1], "any:form") {
			t.Errorf("the inputs are %q", got)
		}
	})
	s.run("what is no input", func(t *testing.T) {
		for want, data := range map[string]any{
			"no JSON":      []byte("{"),
			"is no JSON":   func() {},
			"196609 bytes": []byte(`"` + strings.Repeat("x", resource.MaxInput-1) + `"`),
		} {
			if err := resource.Start(s.all(), name, data); !errors.Is(err, resource.ErrInvalidInput) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", want, err)
			}
		}
		if got := inputs(t, 0); len(got) != 0 {
			t.Errorf("%q came", got)
		}
	})
}
