package runtimetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Markdown writes the report as tables for people.
func (r *Report) Markdown() string {
	var b strings.Builder
	r.writeFates(&b)
	r.writeTold(&b)
	r.writeBatches(&b)
	r.writeTasks(&b)
	r.writeEndings(&b)
	r.writeEvents(&b)
	return b.String()
}

func row(b *strings.Builder, cells ...string) {
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

func header(b *strings.Builder, cells ...string) {
	row(b, cells...)
	row(b, slices.Repeat([]string{"---"}, len(cells))...)
}

func (r *Report) writeFates(b *strings.Builder) {
	b.WriteString("## What becomes of an event\n\n")
	cells := []string{"the handler"}
	for _, trigger := range Triggers() {
		cells = append(cells, trigger.Name)
	}
	header(b, cells...)
	for _, o := range Outcomes(nil) {
		cells := []string{o.Text}
		for _, trigger := range Triggers() {
			cells = append(cells, r.fates(trigger.Name, o.Name))
		}
		row(b, cells...)
	}
}

// fates is what becomes of an event, on all clouds, or on those that differ from the first.
func (r *Report) fates(trigger, outcome string) string {
	var order []Fate
	targets := map[Fate][]string{}
	for _, target := range Targets {
		fate := r.settled[target][trigger][outcome].fate
		if targets[fate] == nil {
			order = append(order, fate)
		}
		targets[fate] = append(targets[fate], target)
	}
	if len(order) == 1 {
		return string(order[0])
	}
	cells := make([]string, len(order))
	for i, fate := range order {
		cells[i] = strings.Join(targets[fate], ", ") + ": " + string(fate)
	}
	return strings.Join(cells, "; ")
}

// writeTold says what the clouds are told, of all triggers together where they are told the same.
func (r *Report) writeTold(b *strings.Builder) {
	b.WriteString("\n## What a cloud is told\n\n")
	header(b, append([]string{"the event"}, Targets...)...)
	for _, fate := range []Fate{Acknowledged, Again, Dead} {
		cells := []string{string(fate)}
		for _, target := range Targets {
			told := map[string]bool{}
			for _, outcomes := range r.settled[target] {
				for _, v := range outcomes {
					if v.fate == fate {
						told["`"+v.tells+"`"] = true
					}
				}
			}
			cells = append(cells, strings.Join(slices.Sorted(maps.Keys(told)), " or "))
		}
		row(b, cells...)
	}
}

// writeTasks says what a workflow sees of its tasks: the error's name, and over HTTP the status.
func (r *Report) writeTasks(b *strings.Builder) {
	b.WriteString("\n## What a workflow sees of a task\n\n")
	header(b, append([]string{"the handler"}, Targets...)...)
	for i, c := range taskCalls() {
		cells := []string{c.text}
		for _, target := range Targets {
			a := r.answers[target][i]
			told := "the result"
			if a.Error != "" {
				told = "`" + a.Error + "`"
			}
			if a.Status != 0 {
				told += fmt.Sprintf(" (%d)", a.Status)
			}
			cells = append(cells, told)
		}
		row(b, cells...)
	}
}

func (r *Report) writeBatches(b *strings.Builder) {
	b.WriteString("\n## What becomes of a batch\n\n")
	header(b, append([]string{"", "handed over"}, Targets...)...)
	for _, c := range batchCases() {
		names := slices.Clone(c.ids)
		for i, key := range c.keys {
			names[i] = key + ":" + c.ids[i]
		}
		cells := []string{c.name, strings.Join(names, ", ")}
		for _, target := range Targets {
			var acknowledged []string
			for i, ok := range r.batches[c.name][target].each {
				if ok {
					acknowledged = append(acknowledged, names[i])
				}
			}
			if acknowledged == nil {
				acknowledged = []string{"none"}
			}
			cells = append(cells, strings.Join(acknowledged, ", "))
		}
		row(b, cells...)
	}
}

func (r *Report) writeEndings(b *strings.Builder) {
	b.WriteString("\n## What becomes of work under way when a process is told to end\n\n")
	header(b, "", "the event", "the process")
	for _, target := range Targets {
		fate := "is finished, and acknowledged"
		if r.endings[target].fate != Acknowledged {
			fate = string(Again)
		}
		row(b, target, fate, r.endings[target].tells)
	}
}

// writeEvents writes what is the same of an event everywhere, and what is not.
func (r *Report) writeEvents(b *strings.Builder) {
	b.WriteString("\n## What a handler sees\n")
	for _, e := range logicalEvents() {
		same, different := r.compare(e.name)
		fmt.Fprintf(b, "\n### %s\n\n```json\n%s\n```\n", strings.ToUpper(e.name[:1])+e.name[1:], encoded(same, "  "))
		if len(different) == 0 {
			continue
		}
		b.WriteString("\n")
		header(b, append([]string{""}, Targets...)...)
		for _, field := range different {
			cells := []string{field}
			for _, target := range Targets {
				cells = append(cells, cell(r.seen[e.name][target], field))
			}
			row(b, cells...)
		}
	}
}

// cell is a field of an event.
func cell(event map[string]any, field string) string {
	switch v := event[field].(type) {
	case nil:
		if event == nil {
			return "no such event"
		}
		return "–"
	case string:
		return "`" + v + "`"
	default:
		return "`" + encoded(v, "") + "`"
	}
}

// compare returns the fields of an event that are the same on all clouds that have the event, and the names of the others.
func (r *Report) compare(name string) (same map[string]any, different []string) {
	same = map[string]any{}
	var first map[string]any
	for _, target := range Targets {
		if first = r.seen[name][target]; first != nil {
			break
		}
	}
	for _, field := range slices.Sorted(maps.Keys(first)) {
		equal := true
		for _, event := range r.seen[name] {
			equal = equal && reflect.DeepEqual(event[field], first[field])
		}
		switch {
		case !equal:
			different = append(different, field)
		case first[field] != nil && first[field] != "":
			same[field] = first[field]
		}
	}
	return same, different
}

// encoded writes a value as JSON, in lines where there is an indent.
func encoded(v any, indent string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(b.String())
}
