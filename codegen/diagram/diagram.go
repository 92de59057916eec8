// Package diagram draws workflows: as Mermaid, which code hosts show in Markdown, and as SVG.
//
//	fmt.Print(diagram.Mermaid(machine))
//	os.Stdout.Write(diagram.SVG(machine, "order"))
//
// Both are the same for the same machine, byte for byte, and show every state, what it calls, and every way between states: rules of a
// Choice, errors that are caught, the default. Graphs within a Parallel or a Map state stand in the state.
package diagram

import (
	"fmt"
	"strings"

	"github.com/isobar-dev/isobar/spec/asl"
)

// maxLabel is how many characters a label has.
const maxLabel = 40

// shorten bounds a text that is shown.
func shorten(s string) string {
	r := []rune(s)
	if len(r) <= maxLabel {
		return s
	}
	return string(r[:maxLabel-1]) + "…"
}

// detail says in a line what a state does; empty where its type says it all.
func detail(s *asl.State) string {
	switch b := s.Body.(type) {
	case *asl.Task:
		return fmt.Sprintf("%s %s", b.Resource.Kind, b.Resource.Name)
	case *asl.Wait:
		switch {
		case b.Seconds.Path != nil:
			return "wait for " + b.Seconds.Path.String() + " s"
		case b.Seconds.IsSet():
			return "wait for " + b.Seconds.Value.String()
		}
		return "wait until " + operand(b.Timestamp)
	case *asl.Map:
		return "for each of " + b.ItemsPath.String()
	case *asl.Fail:
		if b.Error != nil {
			return "fails with " + operand(b.Error)
		}
		return "fails"
	case *asl.Parallel:
		return "at the same time"
	}
	return ""
}

// label says when a way is taken; empty for one without a condition.
func label(s *asl.State, e asl.Edge) string {
	switch e.Kind {
	case asl.EdgeRule:
		return condition(s.Body.(*asl.Choice).Rules[e.Index].Condition)
	case asl.EdgeDefault:
		return "otherwise"
	case asl.EdgeCatch:
		var names []string
		for _, n := range s.Outcome().Catch[e.Index].Errors {
			names = append(names, n.Value)
		}
		return strings.Join(names, ", ")
	}
	return ""
}

// relations are the signs of comparisons.
var relations = map[asl.Relation]string{
	asl.Equals: "=", asl.LessThan: "<", asl.LessThanEquals: "≤", asl.GreaterThan: ">", asl.GreaterThanEquals: "≥", asl.Matches: "matches",
}

func condition(c asl.Condition) string {
	switch c := c.(type) {
	case *asl.All:
		return joined(c.Of, " and ")
	case *asl.Any:
		return joined(c.Of, " or ")
	case *asl.Not:
		return "not (" + condition(c.Of) + ")"
	case *asl.Comparison:
		if sign, ok := relations[c.Operator.Relation]; ok {
			return c.Variable.String() + " " + sign + " " + operand(c.With)
		}
		return test(c)
	}
	return "?"
}

// test is a question about a value's type, or whether it is there.
func test(c *asl.Comparison) string {
	verb := "is"
	if l, ok := c.With.(*asl.Literal); ok && l.Value == false {
		verb = "is not"
	}
	what := map[asl.Relation]string{asl.IsNull: "null", asl.IsPresent: "there"}[c.Operator.Relation]
	if what == "" {
		what = strings.ToLower(string(c.Operator.Operand))
	}
	return c.Variable.String() + " " + verb + " " + what
}

func joined(conditions []asl.Condition, by string) string {
	parts := make([]string, len(conditions))
	for i, c := range conditions {
		parts[i] = condition(c)
	}
	return strings.Join(parts, by)
}

func operand(v asl.Value) string {
	switch v := v.(type) {
	case *asl.Path:
		return v.String()
	case *asl.Literal:
		if s, ok := v.Value.(string); ok {
			return s
		}
		return fmt.Sprint(v.Value)
	}
	return "…"
}
