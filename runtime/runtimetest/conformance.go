package runtimetest

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"
)

// Report is what real processes did with events: for people to read, and for a test to compare.
type Report struct {
	// settled is what became of an event, by target, trigger and outcome.
	settled map[string]map[string]map[string]verdict
	// batches is what became of batches, by the name of the batch and target.
	batches map[string]map[string]verdict
	// seen is what handlers saw, by the name of the event and target.
	seen map[string]map[string]map[string]any
	// answers is what workflows saw of calls of tasks, by target, in the order of taskCalls.
	answers map[string][]TaskAnswer
	// endings is what became of work under way when a process was told to end, by target.
	endings map[string]verdict
}

// verdict is what became of an event or a batch, and what the cloud was told of it.
type verdict struct {
	fate  Fate
	each  []bool // of a batch
	tells string
}

// Conformance runs the suite's app on all hosts, as real processes, and reports what they did. It fails the test where events are not
// settled as they have to be.
func Conformance(t *testing.T) *Report {
	t.Helper()
	r := &Report{
		settled: map[string]map[string]map[string]verdict{}, batches: map[string]map[string]verdict{},
		seen: map[string]map[string]map[string]any{}, endings: map[string]verdict{},
		answers: map[string][]TaskAnswer{},
	}
	for _, target := range Targets {
		t.Run(target, func(t *testing.T) {
			box := startLetterBox(t, target)
			r.settled[target] = map[string]map[string]verdict{}
			for _, trigger := range Triggers() {
				t.Run(trigger.Name, func(t *testing.T) { r.settled[target][trigger.Name] = settle(t, target, trigger, box) })
			}
			t.Run("batches", func(t *testing.T) { r.handOverBatches(t, target) })
			t.Run("tasks", func(t *testing.T) { r.answers[target] = callTasks(t, Processes(t, target), "task-") })
			t.Run("ending", func(t *testing.T) { r.endings[target] = end(t, target) })
			t.Run("events", func(t *testing.T) { r.show(t, target) })
		})
	}
	return r
}

// settle has the functions of a trigger end in every way.
func settle(t *testing.T, target string, trigger Trigger, box *letterBox) map[string]verdict {
	cloud := Processes(t, target, box.env...)
	verdicts := map[string]verdict{}
	for _, o := range Outcomes(nil) {
		before := box.taken.Load()
		acknowledged := trigger.send(t, cloud, trigger.Name+"-"+o.Name, o)
		letters := box.taken.Load() - before
		v := verdict{tells: told(events(t, cloud))}
		switch {
		case acknowledged && letters == 1:
			v.fate = Dead
		case acknowledged && letters == 0:
			v.fate = Acknowledged
		case !acknowledged && letters == 0:
			v.fate = Again
		}
		if want := o.Fate(slices.Contains(givesUp[target], trigger.Name)); v.fate != want {
			t.Errorf("%s: acknowledged: %v, %d dead letters, want %s", o.Name, acknowledged, letters, want)
		}
		verdicts[o.Name] = v
	}
	return verdicts
}

var identifier = regexp.MustCompile(`"itemIdentifier":"[^"]*"`)

// told is what a cloud was told last, with one name for all that an answer can name.
func told(c Events) string {
	return identifier.ReplaceAllString(c.Told(), `"itemIdentifier":"ID"`)
}

// batchCase is what is handed over together, where a cloud does that.
type batchCase struct {
	name, function string
	ids, keys      []string
	table          bool
	// want says which are acknowledged, by target where not all do the same.
	want map[string][]bool
}

// batchCases has the batches. On Azure a batch of changes is acknowledged or not as a whole; on Google Cloud changes come one by one, in no
// order.
func batchCases() []batchCase {
	same := func(acknowledged ...bool) map[string][]bool {
		return map[string][]bool{"aws": acknowledged, "azure": acknowledged, "gcp": acknowledged}
	}
	mixed := []string{"1", "fails", "2", "panics", "3"}
	inOrder, keys := []string{"1", "1", "fails", "2", "2", "3"}, []string{"x", "y", "x", "y", "x", "y"}
	stream := same(true, true, false, false)
	stream["azure"] = []bool{false, false, false, false}
	stream["gcp"] = []bool{true, true, false, true}
	return []batchCase{
		{"messages of a queue", "batch-queue", mixed, nil, false, same(true, false, true, false, true)},
		{"messages of a topic", "batch-topic", mixed, nil, false, same(true, false, true, false, true)},
		{"messages of an ordered queue", "batch-ordered-queue", inOrder, keys, false, same(true, true, false, true, false, true)},
		{"messages of an ordered topic", "batch-ordered-topic", inOrder, keys, false, same(true, true, false, true, false, true)},
		{"changes of a table", "batch-table", []string{"1", "2", "fails", "3"}, nil, true, stream},
	}
}

func (r *Report) handOverBatches(t *testing.T, target string) {
	cloud := Processes(t, target)
	for _, b := range batchCases() {
		var got []bool
		if b.table {
			changes := make([]Change, len(b.ids))
			for i, id := range b.ids {
				item := fmt.Sprintf(`{"id": %q}`, id)
				changes[i] = Change{ID: fmt.Sprint("c", i), Key: item, New: item, Time: moment, Attempt: 1}
			}
			got = events(t, cloud).Change(t, b.function, changes...)
		} else {
			messages := make([]Message, len(b.ids))
			for i, id := range b.ids {
				messages[i] = Message{ID: fmt.Sprint("m", i), Body: fmt.Sprintf(`{"id": %q}`, id), Sent: moment, Attempt: 1}
				if b.keys != nil {
					messages[i].OrderingKey = b.keys[i]
				}
			}
			got = cloud.Deliver(t, b.function, messages...)
		}
		if !slices.Equal(got, b.want[target]) {
			t.Errorf("%s: acknowledged %v, want %v", b.name, got, b.want[target])
		}
		if r.batches[b.name] == nil {
			r.batches[b.name] = map[string]verdict{}
		}
		r.batches[b.name][target] = verdict{each: got, tells: events(t, cloud).Told()}
	}
}

// logical is an event that happens on every cloud.
type logical struct {
	name string
	send func(t testing.TB, c Cloud) bool
	// needs tells whether a cloud's feed of changes has it; nil is always.
	needs func(Feed) bool
}

func logicalEvents() []logical {
	const key, last = `{"id": "u1", "at": 9007199254740993}`, `{"id": "u1", "at": 9007199254740993, "name": "before"}`
	const next = `{"id": "u1", "at": 9007199254740993, "name": "now", "rate": 1.5, "tags": ["a", "b"], "none": null}`
	message := func(key string) Message {
		return Message{
			ID: "0f1d1c7c8a2c4f7b", Body: `{"id": "o1", "amount": 9007199254740993}`, Sent: moment, Attempt: 3, OrderingKey: key,
			Attributes: map[string]string{"Tenant": "a", "traceparent": traceparent, "tracestate": "vendor=x"},
		}
	}
	object := ObjectEvent{ID: "1", Key: `in/a b+c%2B?é/&="x".jpg`, Size: 5 << 30, ETag: "d41d8cd98f00b204", Time: moment, Attempt: 2}
	gone := ObjectEvent{ID: "2", Key: object.Key, Deleted: true, Time: moment, Attempt: 1}
	changed := Change{ID: "c1", Key: key, New: next, Old: last, Time: moment, Attempt: 1}
	deleted := Change{ID: "c2", Key: key, Old: last, Deleted: true, Time: moment, Attempt: 1}
	return []logical{
		{"a message of a queue", func(t testing.TB, c Cloud) bool { return c.Deliver(t, "note-message", message(""))[0] }, nil},
		{"a message of an ordered queue", func(t testing.TB, c Cloud) bool { return c.Deliver(t, "note-ordered", message("customer 7"))[0] }, nil},
		{"a message of a topic", func(t testing.TB, c Cloud) bool { return events(t, c).Publish(t, "note-published", message(""))[0] }, nil},
		{"a tick", func(t testing.TB, c Cloud) bool { return events(t, c).TickAgain(t, "note-tick", moment, 2) }, nil},
		{"an object that was created", func(t testing.TB, c Cloud) bool { return events(t, c).Object(t, "note-object", object) }, nil},
		{"an object that was deleted", func(t testing.TB, c Cloud) bool { return events(t, c).Object(t, "note-object", gone) }, nil},
		{"an item that was changed", func(t testing.TB, c Cloud) bool { return events(t, c).Change(t, "note-change", changed)[0] }, nil},
		{"an item that was deleted", func(t testing.TB, c Cloud) bool { return events(t, c).Change(t, "note-change", deleted)[0] }, func(f Feed) bool { return f.Deletes }},
	}
}

// show has handlers note what they see of events.
func (r *Report) show(t *testing.T, target string) {
	file := filepath.Join(t.TempDir(), "notes")
	cloud := Processes(t, target, noteVariable+"="+file)
	for _, e := range logicalEvents() {
		if e.needs != nil && !e.needs(events(t, cloud).Feed()) {
			continue
		}
		before := len(notes[json.RawMessage](t, file))
		if !e.send(t, cloud) {
			t.Fatalf("%s is not acknowledged", e.name)
		}
		after := notes[map[string]any](t, file)
		if len(after) != before+1 {
			t.Fatalf("%s: the handler was called %d times", e.name, len(after)-before)
		}
		if r.seen[e.name] == nil {
			r.seen[e.name] = map[string]map[string]any{}
		}
		r.seen[e.name][target] = flatten(after[before])
	}
}

// flatten puts the fields of what is the trigger's own beside those that all events have.
func flatten(note map[string]any) map[string]any {
	rest := note["Rest"]
	delete(note, "Rest")
	if fields, ok := rest.(map[string]any); ok {
		for name, value := range fields {
			note[name] = value
		}
	} else {
		note["Scheduled"] = rest
	}
	return note
}

// drains tells whether a host finishes what is under way when its process is told to end. On AWS a process is told when nothing is.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown
var drains = map[string]Fate{"aws": Again, "azure": Acknowledged, "gcp": Acknowledged}

// end tells a process to end while a handler is at work.
func end(t *testing.T, target string) verdict {
	file := filepath.Join(t.TempDir(), "notes")
	d := processes(t, target, []string{noteVariable + "=" + file})
	acknowledged := make(chan bool, 1)
	go func() {
		acknowledged <- d.cloud.Deliver(t, "queue-slow", Message{ID: "m1", Body: `{"id": "o1"}`, Sent: moment, Attempt: 1})[0]
	}()
	for begin := time.Now(); len(notes[string](t, file)) == 0; time.Sleep(5 * time.Millisecond) {
		if time.Since(begin) > patience {
			t.Fatal("the handler is not called")
		}
	}
	process := d.process("queue-slow")
	process.Terminate(t)
	v := verdict{fate: Again}
	select {
	case ok := <-acknowledged:
		if ok {
			v.fate = Acknowledged
		}
	case <-time.After(patience):
		t.Fatal("nothing is answered")
	}
	v.tells = "ends with " + strconv.Itoa(process.ExitCode(t))
	if process.signaled() {
		v.tells = "is gone"
	}
	if v.fate != drains[target] {
		t.Errorf("the event is %s, want %s; the process %s", v.fate, drains[target], v.tells)
	}
	return v
}
