package azure_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"testing"
)

var (
	mostInstances = regexp.MustCompile(`@maxValue\((\d+)\)\nparam maximumInstanceCount int = (\d+)`)
	perInstance   = regexp.MustCompile(`perInstanceConcurrency: (\d+)`)
)

// Workflows call tasks by requests, of which there are so many as a task's bound has it.
func TestConcurrencyOfATaskIsABound(t *testing.T) {
	files := harness.Lower(t, []byte("isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, task: true, concurrency: 1 }, g: { handler: ./f.G, http: GET / } }\ntargets: { azure: }\n"))
	template, _ := files.Get("main.bicep")
	instances, requests := mostInstances.FindSubmatch(template), perInstance.FindSubmatch(template)
	if instances == nil || requests == nil || string(instances[1]) != "1" || string(requests[1]) != "1" {
		t.Errorf("got %s and %s", instances, requests)
	}
}

// So many instances as a deployment may choose, and so many calls on each, make no more calls than the spec allows.
func TestConcurrencyIsABound(t *testing.T) {
	for _, bound := range []int{1, 2, 40, 59, 60, 99, 100, 101, 150, 999, 1000} {
		source := fmt.Sprintf("isobar: v1\nname: a\nfunctions:\n  f: { handler: ./f.F, queue: q, concurrency: %[1]d }\n  g: { handler: ./f.G, http: GET /, concurrency: %[1]d }\n  h: { handler: ./f.H, topic: t }\n"+
			"queues: { q: }\ntopics: { t: }\ntargets: { azure: }\n", bound)
		files := harness.Lower(t, []byte(source))
		template, _ := files.Get("main.bicep")
		data, _ := files.Get("package/host.json")
		var host struct {
			Extensions struct {
				ServiceBus struct{ MaxConcurrentCalls, MaxConcurrentSessions int }
			}
		}
		if err := json.Unmarshal(data, &host); err != nil {
			t.Fatal(err)
		}
		instances := mostInstances.FindSubmatch(template)
		most, _ := strconv.Atoi(string(instances[1]))
		requests, _ := strconv.Atoi(string(perInstance.FindSubmatch(template)[1]))
		for kind, calls := range map[string]int{"messages": host.Extensions.ServiceBus.MaxConcurrentCalls, "sessions": host.Extensions.ServiceBus.MaxConcurrentSessions, "requests": requests} {
			if calls < 1 || most*calls > bound || most < 1 {
				t.Errorf("a concurrency of %d becomes %d instances with %d %s each", bound, most, calls, kind)
			}
		}
		if string(instances[1]) != string(instances[2]) {
			t.Errorf("%s instances are the default, of %s at most", instances[2], instances[1])
		}
	}
}
