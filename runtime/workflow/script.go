package workflow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/isobar-dev/isobar/spec/asl"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Script plays tasks: it says what comes of each call.
//
//	validate-order: { result: { valid: true } }                # of a function, by its name
//	process-payment:
//	  - { error: PaymentError, message: try later, times: 2 }   # the first two calls
//	  - { when: { total: 5 }, echo: true }                      # a call whose input has that: the result is the input
//	  - { result: { paid: true }, after: 1s500ms }              # and every other one
//	large: { size: 300000 }                                    # a text of that many characters
//	topic:order-updates: { error: Transient, after: 2s }
//
// The first entry counts that has not been used up: one is used once, or as often as times says, and the last one of a list, and one
// with when, any number of times. A topic, a queue or a workflow that the script does not name takes what it is sent.
type Script struct {
	mu    sync.Mutex
	plays map[string][]*play
	names []asl.Text // as they were written
}

// play is an entry of a script.
type play struct {
	result any
	echo   bool
	fault  string
	text   string
	after  time.Duration
	times  int // 0 is any number
	when   any
	used   int
}

// ParseScript reads a script, in JSON or YAML. File is the name that positions carry.
func ParseScript(file string, data []byte) (*Script, diag.List) {
	value, diags := asl.ReadValue(file, data)
	p := scriptParser{diags}
	s := &Script{plays: map[string][]*play{}}
	if value == nil {
		return s, p.diags
	}
	object, ok := value.(*asl.Object)
	if !ok {
		if l, null := value.(*asl.Literal); !null || l.Value != nil {
			p.diags.Errorf(diag.WrongType, value.Position(), "a script is a mapping from tasks to what they do")
		}
		return s, p.diags
	}
	for _, f := range object.Fields {
		s.names = append(s.names, f.Name)
		s.plays[taskOf(f.Name.Value)] = p.plays(f.Value)
	}
	return s, p.diags
}

// taskOf is the whole name of what a script calls by a short one: a function.
func taskOf(name string) string {
	if strings.Contains(name, ":") {
		return name
	}
	return string(asl.Function) + ":" + name
}

// Check reports what the script names and the machine does not call: a misspelt name would play nothing.
func (s *Script) Check(m *asl.Machine) diag.List {
	var called []string
	for _, r := range m.Tasks() {
		called = append(called, string(r.Kind)+":"+r.Name)
	}
	slices.Sort(called)
	called = slices.Compact(called)
	var diags diag.List
	for _, n := range s.names {
		if slices.Contains(called, taskOf(n.Value)) {
			continue
		}
		e := diags.Errorf(diag.NotDeclared, n.Pos, "the workflow does not call %s%s", taskOf(n.Value), diag.DidYouMean(taskOf(n.Value), called))
		if e.Hint = "it calls " + strings.Join(called, ", "); len(called) == 0 {
			e.Hint = "it calls nothing"
		}
	}
	return diags
}

type scriptParser struct{ diags diag.List }

func (p *scriptParser) plays(v asl.Value) []*play {
	list, ok := v.(*asl.Array)
	if !ok {
		list = &asl.Array{Items: []asl.Value{v}}
	}
	var all []*play
	for i, item := range list.Items {
		entry := p.play(item)
		if entry.times == 0 && entry.when == nil && i < len(list.Items)-1 {
			entry.times = 1
		}
		all = append(all, entry)
	}
	return all
}

// playFields are the fields of an entry.
var playFields = []string{"result", "echo", "size", "error", "message", "after", "times", "when"}

// maxPlayed is how long a text of a script can be.
const maxPlayed = 4 << 20

func (p *scriptParser) play(v asl.Value) *play {
	entry := &play{}
	o, ok := v.(*asl.Object)
	if !ok {
		p.diags.Errorf(diag.WrongType, v.Position(), "an entry is a mapping").Hint = "write { result: … } or { error: NAME }"
		return entry
	}
	outcomes := 0
	for _, f := range o.Fields {
		value := constant(f.Value)
		wrong := ""
		switch f.Name.Value {
		case "result":
			entry.result = value
			outcomes++
		case "echo":
			entry.echo, ok = value.(bool)
			wrong = unlessSo(ok, "true or false")
			outcomes++
		case "size":
			n, ok := whole(value)
			wrong = unlessSo(ok && n >= 0 && n <= maxPlayed, "a number of characters")
			if wrong == "" {
				entry.result = strings.Repeat("x", int(n))
			}
			outcomes++
		case "error":
			entry.fault, ok = value.(string)
			wrong = unlessSo(ok && entry.fault != "", "the name of an error")
			outcomes++
		case "message":
			entry.text, ok = value.(string)
			wrong = unlessSo(ok, "text")
		case "after":
			s, _ := value.(string)
			d, err := time.ParseDuration(s)
			entry.after = d
			wrong = unlessSo(err == nil && d >= 0, "a duration such as 1s500ms")
		case "times":
			n, ok := whole(value)
			entry.times = int(n)
			wrong = unlessSo(ok && n > 0 && n <= 1_000_000, "a whole number from 1")
		case "when":
			entry.when = value
		default:
			p.diags.Errorf(diag.UnknownKey, f.Name.Pos, "unknown key %s%s", diag.Quote(f.Name.Value), diag.DidYouMean(f.Name.Value, playFields)).Hint = "the keys are " + strings.Join(playFields, ", ")
		}
		if wrong != "" {
			p.diags.Errorf(diag.WrongType, f.Value.Position(), "%s wants %s", f.Name.Value, wrong)
		}
	}
	if outcomes > 1 {
		p.diags.Errorf(diag.InvalidValue, o.Pos, "an entry has one of result, echo, size and error")
	}
	return entry
}

func unlessSo(ok bool, want string) string {
	if ok {
		return ""
	}
	return want
}

// constant is the value of a tree without expressions.
func constant(v asl.Value) any {
	switch v := v.(type) {
	case *asl.Array:
		list := make([]any, 0, len(v.Items))
		for _, item := range v.Items {
			list = append(list, constant(item))
		}
		return list
	case *asl.Object:
		object := make(map[string]any, len(v.Fields))
		for _, f := range v.Fields {
			object[f.Name.Value] = constant(f.Value)
		}
		return object
	case *asl.Literal:
		return v.Value
	}
	return nil
}

// Call implements Tasks.
func (s *Script) Call(_ context.Context, c Call) (Reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := string(c.Resource.Kind) + ":" + c.Resource.Name
	plays, ok := s.plays[name]
	if !ok && c.Resource.Kind != asl.Function {
		return Reply{Output: map[string]any{}}, nil
	}
	for _, p := range plays {
		if p.times > 0 && p.used >= p.times || p.when != nil && !within(p.when, c.Input) {
			continue
		}
		p.used++
		return p.reply(c), nil
	}
	if !ok {
		return Reply{}, fmt.Errorf("the script does not say what %s does: add %q to it", name, c.Resource.Name+": { result: … }")
	}
	return Reply{}, fmt.Errorf("the script does not say what %s does when it is called with %s", name, shorten(string(Encode(c.Input))))
}

func (p *play) reply(c Call) Reply {
	switch {
	case p.fault != "" && c.Resource.Kind == asl.Function:
		return Reply{Fault: FunctionFault(p.fault, p.text), After: p.after}
	case p.fault != "":
		return Reply{Fault: &Fault{p.fault, p.text}, After: p.after}
	case p.echo:
		return Reply{Output: c.Input, After: p.after}
	case c.Resource.Kind != asl.Function:
		return Reply{Output: map[string]any{}, After: p.after}
	}
	return Reply{Output: p.result, After: p.after}
}

// within tells whether a value has all that another one has: an object can have more fields.
func within(part, v any) bool {
	fields, ok := part.(map[string]any)
	if !ok {
		return same(part, v)
	}
	object, _ := v.(map[string]any)
	for name, f := range fields {
		if value, ok := object[name]; !ok || !within(f, value) {
			return false
		}
	}
	return true
}

// FunctionFault is the error of a function: its cause is JSON with the message and the name, the same text on every cloud.
func FunctionFault(name, message string) *Fault {
	quote := func(s string) string { return string(Encode(s)) }
	return &Fault{name, `{"errorMessage":` + quote(message) + `,"errorType":` + quote(name) + `}`}
}
