package clienttest

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/memory"
	"github.com/isobar-dev/isobar/runtime/trace"
)

const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

type created struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (s *suite) queue() {
	s.messages(resource.KindQueue, "orders", "steps", func(name string, data any, o ...resource.MessageOption) error {
		ctx := trace.Within(s.all(), fn.TraceContext{Parent: parent, State: "x=y"})
		return resource.Send(ctx, name, data, o...)
	})
}

func (s *suite) topic() {
	s.messages(resource.KindTopic, "user-created", "log", func(name string, data any, o ...resource.MessageOption) error {
		ctx := trace.Within(s.all(), fn.TraceContext{Parent: parent, State: "x=y"})
		return resource.Publish(ctx, name, data, o...)
	})
}

func (s *suite) messages(kind resource.Kind, plain, ordered string, send func(string, any, ...resource.MessageOption) error) {
	s.run("a consumer gets what was sent", func(t *testing.T) {
		text := `Grüße ✓ "quoted" <tag> & ${x} \`
		attributes := map[string]string{"source": "suite", "reason": "grüße ✓ \"x\"", "authorization": "no header", "host": "nor this"}
		var options []resource.MessageOption
		for name, value := range attributes {
			options = append(options, resource.Attribute(name, value))
		}
		if err := send(plain, created{ID: "ada", Name: text}, options...); err != nil {
			t.Fatal(err)
		}
		got := s.Received(t, kind, plain, 1)
		if len(got) != 1 {
			t.Fatalf("%d messages came", len(got))
		}
		want := maps.Clone(attributes)
		want["traceparent"], want["tracestate"] = parent, "x=y"
		if !maps.Equal(got[0].Attributes, want) {
			t.Errorf("the attributes are %v, want %v", got[0].Attributes, want)
		}
		if body := string(got[0].Body); body != `{"id":"ada","name":"Grüße ✓ \"quoted\" \u003ctag\u003e \u0026 ${x} \\"}` {
			t.Errorf("the payload is %s", body)
		}
		if got[0].ID == "" && kind == "" {
			t.Error("it has no ID")
		}
	})
	s.run("bytes go as they are", func(t *testing.T) {
		body := []byte("not JSON,\r\n\tbut text ✓")
		if err := send(plain, body); err != nil {
			t.Fatal(err)
		}
		if got := s.Received(t, kind, plain, 1); len(got) != 1 || string(got[0].Body) != string(body) {
			t.Errorf("got %q", got)
		}
	})
	s.run("the largest message", func(t *testing.T) {
		overhead := len("traceparent") + len(parent) + len("tracestate") + len("x=y")
		body := []byte(strings.Repeat("x", resource.MaxMessage-overhead))
		if err := send(plain, body); err != nil {
			t.Fatal(err)
		}
		if got := s.Received(t, kind, plain, 1); len(got) != 1 || len(got[0].Body) != len(body) {
			t.Errorf("%d messages came", len(got))
		}
		if err := send(plain, append(body, 'x')); !errors.Is(err, resource.ErrInvalidMessage) || !strings.Contains(err.Error(), "196609 bytes") {
			t.Errorf("one byte more: %v", err)
		}
	})
	s.run("what some cloud does not take", func(t *testing.T) {
		nine := make([]resource.MessageOption, 9)
		for i := range nine {
			nine[i] = resource.Attribute(fmt.Sprintf("a%d", i), "x")
		}
		for name, c := range map[string]struct {
			data    any
			options []resource.MessageOption
			want    string
		}{
			"no payload":         {[]byte{}, nil, "empty"},
			"bytes, not text":    {[]byte{0xff, 0xfe}, nil, "no text"},
			"control characters": {[]byte("a\x00b"), nil, "no text"},
			"what is no JSON":    {func() {}, nil, "no JSON"},
			"nine attributes":    {1, nine, "9 attributes"},
			"a name":             {1, []resource.MessageOption{resource.Attribute("Name", "x")}, `"Name"`},
			"a reserved name":    {1, []resource.MessageOption{resource.Attribute("googclient", "x")}, "reserved"},
			"the trace's name":   {1, []resource.MessageOption{resource.Attribute("traceparent", "x")}, "reserved"},
			"an empty value":     {1, []resource.MessageOption{resource.Attribute("a", "")}, `"a"`},
			"a long value":       {1, []resource.MessageOption{resource.Attribute("a", strings.Repeat("x", 1025))}, `"a"`},
			"a key for no order": {1, []resource.MessageOption{resource.OrderingKey("k")}, "not ordered"},
			"an ID":              {1, []resource.MessageOption{resource.ID("a b")}, "the ID"},
		} {
			if err := send(plain, c.data, c.options...); !errors.Is(err, resource.ErrInvalidMessage) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := s.Received(t, kind, plain, 0); len(got) != 0 {
			t.Errorf("%q came", got)
		}
	})
	s.run("what is ordered comes in order", func(t *testing.T) {
		if err := send(ordered, 0); !errors.Is(err, resource.ErrInvalidMessage) || !strings.Contains(err.Error(), "no ordering key") {
			t.Errorf("without a key: %v", err)
		}
		for i := range 3 {
			if err := send(ordered, i, resource.OrderingKey("k"), resource.ID(fmt.Sprintf("id-%d", i))); err != nil {
				t.Fatal(err)
			}
		}
		got := s.Received(t, kind, ordered, 3)
		if len(got) != 3 {
			t.Fatalf("%d messages came", len(got))
		}
		for i, m := range got {
			if string(m.Body) != fmt.Sprint(i) || m.OrderingKey != "k" {
				t.Errorf("message %d is %s of %q", i, m.Body, m.OrderingKey)
			}
		}
	})
}

func (s *suite) secret() {
	s.run("a value is read", func(t *testing.T) {
		got, err := resource.Secret(s.all(), "token")
		if err != nil || got != s.Secret {
			t.Errorf("it is not what it should be (%v)", err)
		}
	})
}

func (s *suite) access() {
	s.run("what is not granted fails at once", func(t *testing.T) {
		ctx := s.resources.Context("none")
		for want, do := range map[string]func() error{
			"access: { uploads: read }": func() error { _, err := resource.Bucket(ctx, "uploads"); return err },
			"access: { users: read }":   func() error { _, err := resource.Table(ctx, "users"); return err },
			"access: { orders: send }":  func() error { return resource.Send(ctx, "orders", 1) },
			"access: { log: publish }":  func() error { return resource.Publish(ctx, "log", 1) },
			"access: { order: start }":  func() error { return resource.Start(ctx, "order", 1) },
			"access: { token: read }":   func() error { _, err := resource.Secret(ctx, "token"); return err },
		} {
			err := do()
			refused, ok := errors.AsType[*resource.AccessError](err)
			if !ok || !strings.Contains(err.Error(), want) || refused.Function != "none" {
				t.Errorf("%s: %v", want, err)
			}
		}
	})
	s.run("a verb that is not granted fails when it is used", func(t *testing.T) {
		reader, writer := s.resources.Context("reader"), s.resources.Context("writer")
		refused := func(err error, want string) {
			t.Helper()
			if gcerrors.Code(err) != gcerrors.PermissionDenied || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", want, err)
			}
		}
		if s.Drivers.Bucket != nil {
			b, err := resource.Bucket(reader, "uploads")
			if err != nil {
				t.Fatal(err)
			}
			refused(b.WriteAll(reader, "x", nil, nil), "access: { uploads: [read, write] }")
			refused(b.Delete(reader, "x"), "access: { uploads: [read, write] }")
			refused(b.Copy(reader, "x", "y", nil), "may not write to the bucket uploads")
			if b, err = resource.Bucket(writer, "uploads"); err != nil {
				t.Fatal(err)
			}
			_, err = b.ReadAll(writer, "x")
			refused(err, "function writer may not read the bucket uploads")
			_, err = b.List(nil).Next(writer)
			refused(err, "may not read")
		}
		if s.Drivers.Table != nil {
			c, err := resource.Table(reader, "users")
			if err != nil {
				t.Fatal(err)
			}
			refused(c.Put(reader, &user{ID: "x"}), "access: { users: [read, write] }")
			if c, err = resource.Table(writer, "users"); err != nil {
				t.Fatal(err)
			}
			refused(c.Get(writer, &user{ID: "x"}), "may not read the table users")
			refused(c.Query().Get(writer).Next(writer, &user{}), "may not read the table users")
		}
	})
	s.run("a context of no call is refused", func(t *testing.T) {
		if _, err := resource.Bucket(t.Context(), "uploads"); err == nil || !strings.Contains(err.Error(), "handler's call") {
			t.Errorf("got %v", err)
		}
	})
}

// InMemory is the harness of the drivers in memory.
func InMemory() Harness {
	m := memory.New()
	m.SetSecret(resource.Variable(resource.KindSecret, "token"), "s3cret")
	return Harness{
		Drivers: m.Drivers(), Lookup: func(variable string) string { return variable }, Secret: "s3cret",
		Received: func(_ *testing.T, kind resource.Kind, name string, _ int) []memory.Message {
			return m.Sent(resource.Variable(kind, name))
		},
	}
}
