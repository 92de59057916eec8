package spec

import "github.com/isobar-dev/isobar/spec/diag"

// StarterPrefix begins the name of the function that starts a workflow for its trigger: no declared function of a spec with such a
// workflow may have the name.
const StarterPrefix = "start-"

// TaskSegment is the first segment, behind the base path, of the paths at which tasks are called where a cloud has no other way. No
// route may begin with it.
const TaskSegment = "_tasks"

// workflows checks what starts them. What is in their definitions is looked at when those are read.
func (v *validator) workflows() {
	for _, w := range v.doc.Workflows {
		queue, topic := w.Value.Queue, w.Value.Topic
		if queue.IsSet() && topic.IsSet() {
			e := v.diags.Errorf(diag.TriggerCount, topic.Pos, "workflow %s has two triggers, it has one at most", diag.Quote(w.Name))
			e.Hint = "keep one, and start the workflow by code for the other"
			e.Related = []diag.Related{{Pos: queue.Pos, Message: "the first"}}
		}
		if queue.IsSet() && v.doc.Queues.Get(queue.Value) == nil {
			v.notDeclared(KindQueue, queue, v.doc.Queues.Names())
		}
		if topic.IsSet() && v.doc.Topics.Get(topic.Value) == nil {
			v.notDeclared(KindTopic, topic, v.doc.Topics.Names())
		}
		v.starter(w)
	}
}

// starter keeps the name of the function that starts a workflow for its trigger.
func (v *validator) starter(w Entry[Workflow]) {
	if !w.Value.Queue.IsSet() && !w.Value.Topic.IsSet() {
		return
	}
	name := StarterPrefix + w.Name
	if len(name) > MaxName {
		v.diags.Errorf(diag.InvalidName, w.Pos, "the name of a workflow with a trigger has at most %d characters, %s has %d", MaxName-len(StarterPrefix), diag.Quote(w.Name), len(w.Name))
	}
	if f := v.doc.Functions.Get(name); f != nil {
		e := v.diags.Errorf(diag.ReservedName, f.Pos, "the function name %q is that of what starts the workflow %q", name, w.Name)
		e.Related = []diag.Related{{Pos: w.Pos, Message: "the workflow"}}
	}
}
